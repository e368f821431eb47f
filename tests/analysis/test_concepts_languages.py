"""Concepts of prose in many languages, labelled by hand.

Axes: `time` is the position of a character in a text.
⟦ ⟧ surround what is labelled 1, and | stands before what begins a sentence.
"""

import re
import unicodedata
from typing import Literal

import numpy as np
import pytest

from analysis.concepts import concept

QUOTED = {
    "German": "⟦„Ja⟧“, sagte er. ⟦„So,⟧“ sprach sie, ⟦„geht es.⟧“ Er nickte.",
    "German, straight at the end": '⟦„So,⟧" sprach er. ⟦„Gut⟧"',
    "German, the mark of English within": "⟦„Er sagte »nein«, und ‚ja‘ sagte sie⟧“, so er.",
    "German books": "⟦»Ja⟧«, sagte er, ⟦»ich ›will‹ es.⟧« Sie ging.",
    "Swiss": "⟦«Ja⟧», sagte er. ⟦«Nein⟧»",
    "Danish": "⟦»Ja⟧«, sagde han. ⟦”Nej⟧”, sagde hun.",
    "Swedish": "⟦”Ja⟧”, sade han. ⟦»Nej⟧», sade hon, ⟦»aldrig⟧».",
    "French": "⟦«\u00a0Oui\u00a0⟧», dit-il. ⟦« Non\u202f! ⟧» Elle sortit.",
    "French, in two paragraphs": "⟦« Un jour\n⟧\n⟦« Deux jours ⟧» passent",
    "French, begun before the text": "oui\u00a0», dit-il. ⟦«\u00a0Non\u00a0⟧» !",
    "Spanish": "⟦«¿Qué “tal” estás?⟧», preguntó. ⟦“Bien⟧”, dijo. —Vale —dijo ella.",
    "Italian": "L’⟦«amico⟧» disse: ⟦“Sì⟧”.",
    "Dutch": "⟦„Ja⟧”, zei hij. ⟦“Nee⟧”, zei zij 's avonds.",
    "Polish": "⟦„Tak «właśnie»⟧”, rzekł. ⟦„Nie⟧”.",
    "Hungarian": "⟦„Igen, »persze«⟧” – mondta.",
    "Russian": "⟦«Да⟧», — сказал он. ⟦«Песня о «Соколе»⟧», — ⟦„Нет⟧“.",
    "Greek": "⟦«Ναι⟧», είπε. ⟦«Όχι “ποτέ”⟧».",
    "Hebrew": '⟦"כן⟧", אמר צה"ל. ⟦„לא⟧”',
    "Hebrew, an abbreviation within": '⟦"צה⟧"⟦ל בא⟧", אמר. ⟦״דו⟧״⟦ח⟧״ ודו״ח.',
    "Chinese": "他说：⟦“是‘的’。⟧”她走了。⟦“不⟧”",
    "Chinese, straight": '他说⟦"是⟧"。',
    "Japanese": "⟦「はい、『それ』です⟧」と彼は言った。⟦「いいえ⟧」",
    "Chinese, titles": "我读⟦《三国⟧》。⟦《评〈水浒〉⟧》",
    "Japanese, new paragraph": "⟦「はい\n⟧　次の日、⟦「ええ⟧」",
    "Portuguese": "⟦“Sim⟧”, disse. — Vamos? — perguntou. ⟦«Não⟧»",
    "Arabic": "قال: ⟦«نعم⟧»، ثم ⟦“لا⟧”.",
    "Hindi": 'उसने कहा, ⟦"हाँ।⟧" ⟦“नहीं⟧”',
    "Finnish": "⟦”Niin⟧”, hän sanoi. ⟦»Ei⟧».\n– Joo, hän sanoi.\n- Ei.",
    "English, inches": 'A 12" pipe and a 6\'2" man. ⟦"Yes⟧"',
}
IN_SINGLE = {
    "German": "Er sagte: ⟦‚Ja⟧‘, und ging, ⟦›so⟧‹.",
    "Swiss": "«Er sagt ⟦‹ja⟧›.»",
    "Dutch": "'s Morgens at hij 't brood, 's avonds 'n appel. ⟦'Ja,⟧' zei hij.",
    "English": "'Tis the '90s; rock 'n' roll, the boys' hats, get 'em! ⟦'No,⟧' he said, ‘cause he'd go.",
    "English, dropped letters": "'E told 'im 'round the corner, a '49er 'mongst 'em. ⟦'Even so,⟧' he said, ⟦'e'⟧'",
    "Dutch, typographic": "’s Morgens at hij ’t brood. ⟦‘Ja’⟧, zei hij. 's-Gravenhage",
    "French": "l'eau de l’été qu'il aime, d'Artagnan",
    "Italian": "nell'800 e nel '900, 'l mare; ⟦‘sì’⟧, ",
    "Hawaiian and Arabic": "Hawai‘i, the Qur’an; ⟦‘Yes’⟧, ",
    "English, feet": "A 6'2\" man, 5' tall. ⟦'Oh,⟧' he said.",
    "Ukrainian": "м'я і об’єкт, ⟦‘так,⟧’ ",
}
SENTENCES = {
    "German": "|Ö. Maier kam, z. B. Dienstag. |„Gut so.“ |Er ging! |Am 3. Mai, dem 21. Tag. |Th. Mann",
    "German, numbers": "|Siehe Abb. 5, Kap. 3 und ca. 5 Mio. Euro im 19. Jahrhundert. |Er ist es. |Das alles usw. |Und",
    "French": "|É. Zola écrit à M. Dupont. |«\u00a0Oui\u00a0!\u00a0» |Il part. |J.-P. Sartre aussi.",
    "French, titles": "|Lyon, p. ex. Saint-Just, de MM. Roux et Mgr. Noir. |Le vol. |Il part.",
    "English": "|I am 12. |He met them in 1805. |It was on the 3. |Then",
    "English, titles": "|Messrs. Hall and Gov. Smith saw Rep. Dale and P. M. Adams. |He said no. |No. |Why?",
    "English, numbers": "|See No. 5, Fig. 2 and vol. 3 of Jan. 12. |Modern art. |A fig. |Five men in Dec. |He left.",
    "English, hours": "|At 3 p.m. |Then at 4 a.m. |She left at 5 p. m. on foot.",
    "English, spaces without a break": "|Yes.\u00a0|No.\u202f \u00a0|Then (so.\u00a0) |He.\u2028|So.\x85|Y",
    "English, dots": "|He left... |Then she… |They came… soon.",
    "Spanish": "|Llega la Sra. Ruiz. |¿Qué tal? |¡Bien! |Un río, p. ej. Ebro. |Tengo que ir. |Luego.",
    "Italian": "|Il Sig. Rossi e il Dott. Neri, p. es. Roma. |Basta. |Cfr. Dante.",
    "Dutch": "|Dr. A. de Vries kwam. |Hij at. |De dr. Bos en mevr. Kok, bijv. Anna. |Ja.",
    "Swedish and Danish": "|Han bor t. ex. Kalmar, kl. 5. |Hr. Berg satte sig. |Så gik han, f.eks. Ole. |Slut.",
    "Polish": "|Na ul. Długiej i w św. Annie, tzw. Starej, m. in. Ewa. |Był tam. |Koniec.",
    "Czech": "|Na nám. Míru, např. Jan a sv. Anna. |Ano.",
    "Hungarian": "|Az ún. Nagy és özv. Kis. |Igen.",
    "Turkish": "|Prof. Kaya ve Hz. Ali, bkz. Konya. |Evet.",
    "Finnish": "|Esim. Oulu, ks. Turku. |Niin.",
    "Russian": "|А. Пушкин жил т. е. Работал. |Это я. |Да! |На ул. Мира гр. Иванов и проф. Петров, см. Рис. 5. |Всё.",
    "Ukrainian": "|На вул. Шевченка проф. Коваль, див. Додаток. |Так.",
    "Greek": "|Ποιος είναι; |Ο Κ. Παππάς. |Ναι. |Ο Δρ. Νίκου, βλ. Αθήνα. |Όχι.",
    "Chinese": "|他来了。|“是吗？”|她说。",
    "Japanese": "|はい。|「そうですか？」|彼は行った！",
    "Hindi": "|वह आया। |कौन है? |मैं।",
    "Arabic": "|من هذا؟ |أنا.",
    "Hebrew": "|מי זה? |אני.",
}
# Sentences that no mark ends.
UNENDED = {"German": 1, "German, numbers": 1, "English": 1, "English, spaces without a break": 1}


def unmarked(marked: str, marks: str) -> str:
    """The text without the marks of the test."""
    return re.sub(f"[{marks}]", "", marked)


@pytest.mark.parametrize("name", ["inside-quotes", "inside-single-quotes"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_quotations_of_many_languages(name: str, form: Literal["NFC", "NFD"]):
    for language, marked in (QUOTED if name == "inside-quotes" else IN_SINGLE).items():
        spelled = unicodedata.normalize(form, marked)
        wanted = np.cumsum([(letter == "⟦") - (letter == "⟧") for letter in spelled])
        text = unmarked(spelled, "⟦⟧")
        kept = [time for time, letter in enumerate(spelled) if letter not in "⟦⟧"]
        np.testing.assert_array_equal(concept(name).labels(text), wanted[kept], err_msg=f"{language}: {text}")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_of_many_languages(language: str, form: Literal["NFC", "NFD"]):
    marked = unicodedata.normalize(form, SENTENCES[language])
    text = unmarked(marked, "|")
    starts = [found.start() - before for before, found in enumerate(re.finditer(r"\|", marked))]
    positions = concept("position-in-sentence").labels(text)
    begins = np.flatnonzero(np.diff(positions, prepend=0) < 0).tolist()
    assert [0, *begins] == starts, [text[start:] for start in begins]
    assert concept("sentence-end").labels(text).sum() == len(starts) - UNENDED.get(language, 0)


def test_questions_of_many_languages():
    marked = "Oh… ⟦So⟧? No... ⟦See No. 5⟧? ⟦He… went⟧? No. ⟦¿Qué⟧? 是。⟦是吗⟧？ Ναι. ⟦Ποιος⟧; نعم. ⟦من⟧؟ a; b"
    wanted = np.cumsum([(letter == "⟦") - (letter == "⟧") for letter in marked])
    kept = [time for time, letter in enumerate(marked) if letter not in "⟦⟧"]
    np.testing.assert_array_equal(concept("question").labels(unmarked(marked, "⟦⟧")), wanted[kept])


def test_who_said_it_in_many_languages():
    for marked in ("„Ja⟦“, sagte er⟧.", "«Да⟦», — сказал он⟧.", "«\u00a0Non\u00a0!\u00a0⟦» dit-elle⟧. Un «mot» ici."):
        wanted = np.cumsum([(letter == "⟦") - (letter == "⟧") for letter in marked])
        kept = [time for time, letter in enumerate(marked) if letter not in "⟦⟧"]
        text = unmarked(marked, "⟦⟧")
        found = concept("attribution").labels(text)
        wanted_labels = wanted[kept].astype(np.float32)
        closing = np.flatnonzero(np.diff(wanted_labels) > 0)[0] + 1
        wanted_labels[closing] = found[closing]  # at the closing mark itself, a comma may follow
        np.testing.assert_array_equal(found, wanted_labels, err_msg=text)
