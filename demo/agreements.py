"""What the files of an import do not tell of consents: a waiver that was signed, and a wish that waits (NEW-13)."""

from datetime import date, datetime

from chalicelib.consents import drafting, store
from chalicelib.consents.domain import Act, Capacity, Lasts, Listed, Manner, Rules, Wording
from chalicelib.consents.signing import Speaker, Wish, speak
from chalicelib.forms.domain import Audience
from chalicelib.households.domain import ADULT
from chalicelib.identity.store import require_user
from chalicelib.organisations.domain import Organisation
from chalicelib.schedule.domain import Ages

_RULES = Wording(
    title={
        "fr": "Règlement intérieur et décharge",
        "en": "House rules and waiver",
        "ru": "Правила и отказ от претензий",
    },
    text={
        "fr": "Nous avons lu le règlement intérieur et nous le respectons.\n"
        "Nous savons que chaque activité physique comporte des risques, et nous signalons tout problème de santé.",
        "en": "We have read the house rules and keep to them.\n"
        "We know that every physical activity has its risks, and tell you of any problem of health.",
        "ru": "Мы прочли правила и соблюдаем их.\n"
        "Мы знаем, что любая физическая активность связана с риском, и сообщаем о проблемах со здоровьем.",
    },
    basis="Contrat d’inscription, article 4",
)
_PHOTOS = Wording(
    title={"fr": "Photos et vidéos", "en": "Photographs and films", "ru": "Фото и видео"},
    text={
        "fr": "Vous pouvez photographier et filmer mon enfant pendant les cours et les spectacles, et montrer ces "
        "images sur votre site et dans vos dépliants. Son nom n’y figure pas.",
        "en": "You may photograph and film my child at lessons and performances, and show the pictures on your website "
        "and in your leaflets. They do not tell my child’s name.",
        "ru": "Вы можете фотографировать и снимать моего ребёнка на занятиях и выступлениях и показывать снимки на "
        "вашем сайте и в буклетах. Имя ребёнка при этом не называется.",
    },
    after={
        "fr": "Nous retirons les images du site en trois jours ouvrables ; ce qui est imprimé reste.",
        "en": "We take the pictures off the website within three working days; what is printed stays.",
        "ru": "Мы уберём снимки с сайта в течение трёх рабочих дней; напечатанное останется.",
    },
    basis="Loi 25 (Québec), article 12",
)


def add(organisation: Organisation, user: str, household: str, now: datetime) -> None:
    """Asks for two consents, and has the user sign one of them. Doing it again changes nothing."""
    if store.get_catalogue(organisation.slug).consents:
        return
    season = date(now.year + (now.month > 6), 6, 30)
    rules = Rules(Audience(household=True), lasts=Lasts(until=season))
    waiver = _published(organisation, _RULES, rules, now)
    _published(organisation, _PHOTOS, Rules(Audience(ages=Ages(None, ADULT - 1)), lasts=Lasts(months=24)), now)
    name = require_user(organisation.slug, user).name
    speaker = Speaker(user, name, household, "192.0.2.1", now)
    wish = Wish(waiver.id, "", waiver.version, organisation.language, Act.SIGNED, Capacity.HOUSEHOLD, Manner(name))
    speak(organisation, speaker, wish)


def _published(organisation: Organisation, wording: Wording, rules: Rules, now: datetime) -> Listed:
    consent = drafting.add(organisation.slug, wording, rules)
    return drafting.publish(organisation.slug, consent.id, "", now)
