"""What organisations answer to the text: their Haltung to an Abschnitt, by four eyes."""
