from layout import broken, filled, page, paragraph, words


def cost(lines, width):
    return sum((width - len(" ".join(line))) ** 2 for line in lines[:-1])


def test_no_way_to_break_is_more_even():
    parts = words("the quick brown fox jumps over a lazy dog near the old river bank", 20)
    for width in (9, 12, 15, 20):
        made = broken(parts, width)
        assert [word for line in made for word in line] == parts
        assert all(len(" ".join(line)) <= width for line in made)
        assert cost(made, width) == least(parts, width)


def least(parts, width):
    best = {len(parts): 0}
    for at in reversed(range(len(parts))):
        ends = [e for e in range(at + 1, len(parts) + 1) if len(" ".join(parts[at:e])) <= width]
        rest = len(parts)
        best[at] = min(best[e] + (0 if e == rest else (width - len(" ".join(parts[at:e]))) ** 2) for e in ends)
    return best[0]


def test_filled():
    assert filled(["ab", "cd", "ef"], 11, 2) == "ab  cd   ef"
    assert filled(["ab", "cd", "ef"], 11, 3) == "ab   cd  ef"
    assert filled(["alone"], 11, 0) == "alone"


def test_long_words():
    assert words("x ab abcde abcdef", 3) == ["x", "ab", "ab-", "cde", "ab-", "cd-", "ef"]


def test_held_blanks_count():
    assert paragraph("see page~12 no", 10) == ["see", "page 12 no"]


def test_page():
    assert page("- one two three\n- four\n\nend", 9) == "- one two\n  three\n- four\n\nend"
    assert page("a b\n\n\n\n    c  d\n\ne", 9) == "a b\n\n    c  d\n\ne"
