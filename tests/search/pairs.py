"""What people type, and a text of the start content that has to be found, on every backend."""

PAIRS = (
    # Compounds, from every side
    ("Infrastruktur", "recommendation:verkehrsinfrastruktur"),
    ("Verkehr", "recommendation:verkehrsinfrastruktur"),
    ("Verkehrsinfrastruktur", "recommendation:verkehrsinfrastruktur"),
    ("Überschüsse", "thesis:fe-6"),
    ("Schule", "thesis:bs-1"),
    ("Pakt", "term:berufsschulpakt"),
    ("Garantie", "thesis:bs-5"),
    ("Klimaschutz", "thesis:ik-1"),
    ("Förderung", "thesis:fe-4"),
    ("Verkehrswege", "term:bundesverkehrswegeplan"),
    ("Umlage", "term:ausbildungsumlage"),
    # Forms of words
    ("Betrieb", "thesis:bs-6"),
    ("Zoll", "term:antidumping"),
    ("Schiene Straßen", "thesis:vi-5"),
    ("genehmigen", "paragraph:verkehrsinfrastruktur/4"),
    ("Lehrkraft", "paragraph:berufsschulen/3"),
    ("erneuerbare Energie", "thesis:ik-5"),
    # Umlauts, ß and capitals
    ("Foerderung", "thesis:fe-1"),
    ("FÖRDERUNG", "thesis:fe-1"),
    ("strasse", "thesis:vi-5"),
    ("Fo\u0308rderung", "thesis:fe-1"),
    # Words that other engines drop
    ("F&E", "term:forschung-entwicklung"),
    ("nicht anderen Programmen", "paragraph:forschung-und-entwicklung/3"),
    ("gegen Importe", "thesis:ik-7"),
    ("ohne Gewinn", "paragraph:forschung-und-entwicklung/5"),
    ("kein Automatismus", "paragraph:industrie-klima-europa-handel/6"),
    # Phrases, hyphens, numbers, abbreviations
    ("„steuerliche Förderung“", "thesis:fe-1"),
    ('"Schiene vor Straße"', "thesis:vi-5"),
    ("CO2-Mindestpreis", "thesis:ik-2"),
    ("Industrie 4.0", "paragraph:digitale-zukunft/3"),
    ("3,5 Prozent", "thesis:fe-3"),
    ("KMU", "thesis:fe-2"),
    ("Glasfaser 2025", "thesis:di-1"),
    # Parties and their answers
    ("SPD Forschungsbonus", "position:spd/fe-1"),
    ("FDP Autobahnen gegen", "position:fdp/vi-8"),
)

ABSENT = (
    ("Wasserstoff", None),
    ("„Förderung steuerliche“", "thesis:fe-1"),
    ("„Straße vor Schiene“", "thesis:vi-5"),
    ("Infrastruktur Glossareintragswort", None),
    ("„Verkehrs Infrastruktur“", None),
)
"""What must not be found: the text named, or anything at all."""
