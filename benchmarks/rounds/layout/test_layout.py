from layout import broken, filled, page, paragraph, words


def test_even_lines():
    assert paragraph("a quick fox ran up to us", 7) == ["a quick", "fox ran", "up   to", "us"]


def test_the_last_line_is_not_filled():
    assert paragraph("one two three", 9) == ["one   two", "three"]


def test_one_word_in_a_line():
    assert paragraph("a wonderful day", 9) == ["a", "wonderful", "day"]


def test_lines_are_even_rather_than_full():
    assert broken(["aaa", "bb", "cc", "ddddd"], 6) == [["aaa"], ["bb", "cc"], ["ddddd"]]


def test_the_end_may_be_short():
    assert broken(["one", "two", "six", "ten"], 11) == [["one", "two", "six"], ["ten"]]


def test_blanks_that_are_left_over():
    line = ["a", "b", "c", "d"]
    assert filled(line, 8, 0) == "a b c  d"
    assert filled(line, 9, 0) == "a b  c  d"
    assert filled(line, 8, 1) == "a  b c d"
    assert filled(line, 9, 1) == "a  b  c d"


def test_long_words():
    assert words("an extraordinary day", 8) == ["an", "extraor-", "dinary", "day"]
    assert words("abcdefghij", 4) == ["abc-", "def-", "ghij"]


def test_blanks_that_hold():
    assert words("see page~12 now", 20) == ["see", "page 12", "now"]


def test_paragraphs():
    assert page("one two\nthree\n\n\nfour\n", 20) == "one two three\n\nfour"


def test_many_blank_lines():
    assert page("one\n\n\n\n\ntwo\n\n", 20) == "one\n\ntwo"


def test_a_list():
    text = "We need:\n\n- a lamp for the hall\n- two chairs"
    assert page(text, 12) == "We need:\n\n- a lamp for\n  the hall\n- two chairs"


def test_numbers_and_lists():
    text = "9. a lamp for the hall\n10. two chairs and more"
    assert page(text, 14) == "9. a lamp  for\n   the hall\n10. two chairs\n    and more"


def test_verse():
    verse = "\n\n    x = 1\n      y = 2\n\nfour"
    assert page(f"one two three{verse}", 8) == f"one  two\nthree{verse}"
