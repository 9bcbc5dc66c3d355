"""What the school of the demonstration teaches: classes, skills, and what happened to some lessons."""
# ruff: noqa: E501 - rows of a table stay on one line

PROGRAMMES = (
    ("danse", "Danse", "Dance", "Танец"),
    ("musique", "Musique", "Music", "Музыка"),
    ("eveil", "Éveil artistique", "Early years", "Раннее развитие"),
    ("ensembles", "Ensembles", "Ensembles", "Ансамбли"),
    ("camps", "Camps de jour", "Day camps", "Дневные лагеря"),
)

RESOURCES = {"Grande salle": "grande-salle", "Studio A": "studio-a", "Salle Debussy": "salle-debussy"}
"""Rooms that can be booked online (`resources.toml`), by what bookings call them."""

# id, programme, titles, teacher, room, weekday, begin, minutes, price of the season, ages
CLASSES = (
    ("eveil-danse", "eveil", "Éveil à la danse (4-6 ans)", "First steps in dance (4-6)", "Первые шаги в танце (4-6 лет)",
     "Chloé Bergeron", "Studio A", "sat", "09:00", 45, 285, (4, 7)),
    ("eveil-musique", "eveil", "Éveil musical (4-6 ans)", "Music for little ones (4-6)", "Музыка для малышей (4-6 лет)",
     "Anton Reznik", "Salle Debussy", "sun", "10:00", 45, 285, (4, 7)),
    ("ballet-1", "danse", "Ballet 1", "Ballet 1", "Балет 1", "Chloé Bergeron", "Studio A", "mon", "16:30", 60, 390, (7, 9)),
    ("ballet-2", "danse", "Ballet 2", "Ballet 2", "Балет 2", "Chloé Bergeron", "Studio A", "wed", "17:00", 75, 430, (10, 12)),
    ("ballet-3", "danse", "Ballet 3 et pointes", "Ballet 3 and pointe", "Балет 3 и пуанты",
     "Chloé Bergeron", "Studio A", "thu", "18:00", 90, 480, (12, 17)),
    ("jazz-ados", "danse", "Jazz ados", "Teen jazz", "Джаз для подростков",
     "Malik Joseph", "Studio B", "tue", "18:30", 75, 430, (12, 17)),
    ("hip-hop", "danse", "Hip-hop (8-12 ans)", "Hip hop (8-12)", "Хип-хоп (8-12 лет)",
     "Malik Joseph", "Studio B", "fri", "17:00", 60, 390, (8, 12)),
    ("contemporain", "danse", "Contemporain adultes", "Contemporary for adults", "Контемп для взрослых",
     "Malik Joseph", "Studio B", "wed", "19:30", 90, 480, (18, 99)),
    ("piano-1", "musique", "Piano 1", "Piano 1", "Фортепиано 1", "Anton Reznik", "Salle Debussy", "tue", "16:00", 45, 620, (7, 10)),
    ("piano-2", "musique", "Piano 2", "Piano 2", "Фортепиано 2", "Anton Reznik", "Salle Debussy", "thu", "16:00", 45, 620, (10, 17)),
    ("piano-adultes", "musique", "Piano adultes", "Piano for adults", "Фортепиано для взрослых",
     "Anton Reznik", "Salle Debussy", "mon", "19:00", 45, 680, (18, 99)),
    ("violon-1", "musique", "Violon 1", "Violin 1", "Скрипка 1", "Hélène Sauvé", "Salle Ravel", "wed", "16:00", 45, 620, (7, 11)),
    ("violon-2", "musique", "Violon 2", "Violin 2", "Скрипка 2", "Hélène Sauvé", "Salle Ravel", "fri", "16:00", 45, 620, (11, 17)),
    ("guitare", "musique", "Guitare", "Guitar", "Гитара", "Diego Alvarez", "Salle Ravel", "tue", "17:30", 60, 540, (9, 17)),
    ("chant", "musique", "Chant adultes", "Singing for adults", "Вокал для взрослых",
     "Hélène Sauvé", "Salle Ravel", "thu", "19:00", 60, 560, (18, 99)),
    ("choeur", "ensembles", "Chœur des jeunes", "Youth choir", "Детский хор",
     "Hélène Sauvé", "Grande salle", "sat", "11:00", 75, 240, (8, 15)),
    ("orchestre", "ensembles", "Orchestre à cordes", "String orchestra", "Струнный оркестр",
     "Hélène Sauvé", "Grande salle", "sat", "13:00", 90, 260, (9, 17)),
)  # fmt: skip
CANCELLED = {("ballet-1", 2): "Le studio est rénové", ("hip-hop", -3): "Tempête de neige"}
"""Meetings that are not given, and why."""
MOVED = ("violon-2", 1)
STOOD_IN = ("choeur", 1)
CAMP, WORKSHOP = "camp-hiver", "atelier-comedie"

FULL = "choeur"
"""The class that has no place left, and a list of those who wait."""
ONLINE = "piano-adultes"
LEVELS = {
    "ballet-1": "1", "ballet-2": "2", "ballet-3": "3", "piano-1": "1", "piano-2": "2", "violon-1": "1", "violon-2": "2",
}  # fmt: skip

# capacity, level, ages, price, address online
OFFERS = {
    **{
        row[0]: (
            12,
            LEVELS.get(row[0], ""),
            row[11],
            row[10],
            "https://zoom.example.com/j/5550123" if row[0] == ONLINE else "",
        )
        for row in CLASSES
    },
    CAMP: (20, "", (6, 12), 265, ""),
    WORKSHOP: (20, "", (8, 14), 310, ""),
}

# id, titles, levels in the same three languages
SKILLS = (
    ("pirouettes", ("Pirouettes", "Pirouettes", "Пируэты"),
     (("Simple", "Single", "Одинарный"), ("Double", "Double", "Двойной"), ("Triple", "Triple", "Тройной"))),
    ("dechiffrage", ("Lecture à vue", "Sight reading", "Чтение с листа"),
     (("Débutant", "Beginner", "Начальный"), ("Intermédiaire", "Intermediate", "Средний"),
      ("Avancé", "Advanced", "Продвинутый"))),
    ("scene", ("Première scène", "First time on stage", "Первый выход на сцену"), ()),
)  # fmt: skip


ATTENDED = (
    ("present", ""), ("late", ""), ("absent_unexcused", ""), ("absent_excused", "Rhume"), ("absent_excused", "Voyage"),
    ("absent_excused", "Rendez-vous"),
)  # fmt: skip

NOTHING_MORE = {"kind": "", "meeting": "", "ended_at": "", "reason": "", "successor": ""}
"""Cells of an enrolment that most leave empty."""

# member, skill, level, day, remark
REACHED = (
    ("P0011", "dechiffrage", 2, "-30d", "Très à l’aise en clé de sol"),
    ("P0011", "scene", "", "-200d", "Atelier de comédie musicale"),
    ("P0012", "dechiffrage", 1, "-20d", ""),
    ("P0061", "pirouettes", 2, "-45d", ""),
    ("P0021", "pirouettes", 1, "-15d", "À répéter à gauche"),
)
