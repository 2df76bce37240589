"""How the text forms of `tracec show` are read."""

LEGEND = """how to read it:
  %98 = aug  total += x  (%89, %97) if %93  # 5.4  shop.py:22
        kind, source text, (inputs), the test that let it run, # value, place
  total = 17.4  shop.py:24: total += x  %105       a value in a why-tree; below it what it came from
  ← self.cost shop.py:6 ← 2 shop.py:30             where it was handed on, from the last place to the first
  because x > 2 is True                            the test that let the line above run
  changed by xs.append(x)                          what changed the object
  see above, as above at %68                       what it came from is told there
  … 12 more, first total = 0                       earlier values of it are left out; %30, … has more below: --depth
  ~[1, 2]   changed later, or given to code that is not traced     <Name>   an object that nothing is told of
  ?         a value that is not known                              …        cut
  on=%15, changed=%18, return=%9, key=%3           what an input is: the object stored to, what changed it before,
                                                   the return behind a call, a keyword"""
