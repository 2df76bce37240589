"""A small world of words: two rooms, a few things, and people who carry them to the table."""


class Home:
    """`look` says what somebody sees, `do` does what somebody says."""

    def __init__(self, people, things):
        self.at = {name: "kitchen" for name in people}
        self.holds = {name: None for name in people}
        self.lies = {thing: "kitchen" for thing in things}

    @property
    def missing(self):
        """The things that are not on the table yet."""
        return sorted(thing for thing, place in self.lies.items() if place != "table")

    def look(self, name):
        """What somebody sees."""
        room = self.at[name]
        here = sorted(thing for thing, place in self.lies.items() if place == room) or ["nothing"]
        return (
            f"You are in the {room}. You see: {', '.join(here)}. You hold: {self.holds[name] or 'nothing'}. "
            f"Missing on the table: {', '.join(self.missing) or 'nothing'}."
        )

    def do(self, name, action):
        """Do it where that can be done; what somebody sees then."""
        word, _, what = action.partition(" ")
        room, held = self.at[name], self.holds[name]
        if word == "go" and what in ("kitchen", "parlour"):
            self.at[name] = what
        elif word == "take" and held is None and self.lies.get(what) == room:
            self.holds[name], self.lies[what] = what, name
        elif word == "put" and held is not None and room == "parlour":
            self.holds[name], self.lies[held] = None, "table"
        elif word != "wait":
            return f"You cannot {action}. {self.look(name)}"
        return self.look(name)
