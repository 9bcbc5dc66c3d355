"""The families of the demonstration: who lives where and who signs in."""
# ruff: noqa: E501 - rows of a table stay on one line

from dataclasses import dataclass

STREETS = (
    "rue Saint-Denis", "avenue du Mont-Royal", "rue Rachel", "boulevard Saint-Laurent", "rue Sherbrooke",
    "avenue du Parc", "rue Fleury", "rue Masson", "chemin Queen-Mary", "avenue Victoria", "rue Wellington", "rue Ontario",
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """Somebody who takes classes: name, age in years, and gender-free answers."""

    first: str
    last: str
    born: str


@dataclass(frozen=True)
class Family:
    """A household with its parents and members. A parent is (first name, last name, role)."""

    name: str
    language: str
    parents: tuple[tuple[str, str, str], ...]
    members: tuple[Member, ...]


def _family(line: str) -> Family:
    """`Name; language; First Last role, …; First Last 2015-03-14, …`."""
    name, language, parents, members = (part.strip() for part in line.split(";"))
    adults = tuple((a.split()[0], " ".join(a.split()[1:-1]), a.split()[-1]) for a in _listed(parents))
    people = [tuple(each.rsplit(" ", 1)) for each in _listed(members)]
    return Family(
        name, language, adults, tuple(Member(who.split()[0], " ".join(who.split()[1:]), born) for who, born in people)
    )


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


FAMILIES = tuple(
    _family(line)
    for line in """
Famille Tremblay; fr; Marie Tremblay holder, Luc Bouchard guardian; Léa Tremblay 2014-05-12, Thomas Tremblay 2017-09-03
Famille Gagnon; fr; Isabelle Gagnon holder; Emma Gagnon-Petrov 2015-02-20, Hugo Gagnon 2019-11-08
Семья Петровых; ru; Андрей Петров holder; Злата Петрова 2020-06-17
Chen family; en; David Chen holder; Olivia Chen 2013-07-25, Ethan Chen 2016-12-01
Grace Chen; en; Grace Chen holder; Grace Chen 1951-04-09
Семья Соколовых; ru; Нина Соколова holder; Артём Соколов 2012-10-30, Мария Соколова 2018-03-22
Famille Roy; fr; Sophie Roy holder, Martin Roy guardian; Juliette Roy 2013-01-15, Samuel Roy 2015-08-19
Famille Côté; fr; Catherine Côté holder; Alice Côté 2016-04-04, Victor Côté 2013-09-09
Famille Bouchard; fr; Nathalie Bouchard holder, Éric Bouchard viewer; Félix Bouchard 2011-12-12, Rosalie Bouchard 2014-06-28
Famille Gauthier; fr; Julie Gauthier holder; Zoé Gauthier 2018-02-14, Noah Gauthier 2018-02-14
Famille Morin; fr; Patrick Morin holder; Camille Morin 2010-09-21
Famille Lavoie; fr; Annie Lavoie holder, Simon Lavoie guardian; Florence Lavoie 2015-05-05, Émile Lavoie 2019-01-27
Famille Fortin; fr; Mélanie Fortin holder; Charlotte Fortin 2012-03-11, Arthur Fortin 2016-07-07, Elsa Fortin 2019-05-02
Famille Gagné; fr; Stéphane Gagné holder; Victoria Gagné 2017-10-10
Famille Ouellet; fr; Caroline Ouellet holder; Béatrice Ouellet 2014-11-02, Louis Ouellet 2020-01-13
Famille Pelletier; fr; Véronique Pelletier holder, Alain Pelletier guardian; Mathis Pelletier 2013-08-30
Famille Bélanger; fr; Geneviève Bélanger holder; Clara Bélanger 2015-12-24, Raphaël Bélanger 2011-05-18
Famille Lévesque; fr; Chantal Lévesque holder; Jeanne Lévesque 2019-04-16
Famille Nguyen; fr; Linh Nguyen holder; Anaïs Nguyen 2014-02-27, Maxime Nguyen 2017-06-06
Amélie Dufour; fr; Amélie Dufour holder; Amélie Dufour 1988-08-08
Jacques Lemieux; fr; Jacques Lemieux holder; Jacques Lemieux 1962-01-31
Famille Benali; fr; Samira Benali holder, Karim Benali guardian; Inès Benali 2016-09-09, Adam Benali 2013-03-03
Smith family; en; Jennifer Smith holder, Robert Smith guardian; Emily Smith 2014-10-14, Jack Smith 2017-01-20
O'Connor family; en; Fiona O'Connor holder; Liam O'Connor 2012-06-15, Maeve O'Connor 2016-11-11
Brown family; en; Michael Brown holder; Sophia Brown 2015-09-28
Singh family; en; Priya Singh holder, Arjun Singh guardian; Anika Singh 2013-12-19, Rohan Singh 2018-05-23
Wilson family; en; Sarah Wilson holder; Noah Wilson 2011-02-02, Ava Wilson 2014-08-26
Taylor family; en; Jessica Taylor holder; Mia Taylor 2019-07-01, Zara Taylor 2014-03-19
Rossi family; en; Marco Rossi holder; Gianna Rossi 2016-03-17, Luca Rossi 2013-10-05
Cohen family; en; Rachel Cohen holder, Daniel Cohen viewer; Hannah Cohen 2012-12-29, Eli Cohen 2015-04-21
Martin family; en; Laura Martin holder; Lucas Martin 2017-08-12
Kim family; en; Min-ji Kim holder; Ji-woo Kim 2014-01-08, Seo-yeon Kim 2018-10-18
Margaret Hughes; en; Margaret Hughes holder; Margaret Hughes 1957-06-24
Okafor family; en; Chidi Okafor holder; Amara Okafor 2015-07-30, Obinna Okafor 2012-04-13
Семья Ивановых; ru; Елена Иванова holder, Дмитрий Иванов guardian; София Иванова 2013-09-14, Максим Иванов 2016-02-08
Семья Кузнецовых; ru; Ольга Кузнецова holder; Анна Кузнецова 2015-11-25
Семья Смирновых; ru; Татьяна Смирнова holder; Алиса Смирнова 2017-05-31, Иван Смирнов 2012-08-07
Семья Волковых; ru; Сергей Волков holder, Юлия Волкова guardian; Дарья Волкова 2014-04-02
Семья Морозовых; ru; Наталья Морозова holder; Полина Морозова 2018-12-05, Кирилл Морозов 2015-01-16
Семья Лебедевых; ru; Ирина Лебедева holder; Варвара Лебедева 2013-06-20, Глеб Лебедев 2017-02-11
Семья Новиковых; ru; Алексей Новиков holder; Михаил Новиков 2016-10-27, Ева Новикова 2019-09-15
Светлана Орлова; ru; Светлана Орлова holder; Светлана Орлова 1979-03-28
Семья Фёдоровых; ru; Вера Фёдорова holder; Тимофей Фёдоров 2014-07-19, Лидия Фёдорова 2011-11-23
Association culturelle Riabina; fr; Галина Белова holder;
""".strip().splitlines()
)
