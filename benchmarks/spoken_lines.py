"""Lines as people say them on camera, written for `bench mood` before the network had read one of them, and never learnt from.

Each is as clear as it is plain: what it feels like is not in doubt, only whether a network trained on reviews, tweets and comments
knows it.
"""

from __future__ import annotations

NEGATIVE = (
    "I can't believe he's gone.",
    "We lost everything in the fire.",
    "Get out of my house.",
    "That was the worst day of my life.",
    "You never listen to me.",
    "I'm so tired of all this.",
    "He lied to us, every single time.",
    "They took my brother and I never saw him again.",
    "Nothing works, nothing ever works here.",
    "I'm scared, I don't want to go back in there.",
    "It hurts.",
    "Don't touch me.",
    "She cried all night.",
    "The sound is terrible and the picture is out of focus.",
    "I feel sick just thinking about it.",
    "This is a disgrace.",
    "We ran out of money and had to let people go.",
    "Nobody came to the funeral.",
    "I hate this place.",
    "It was supposed to be a holiday and it turned into a nightmare.",
)
NEUTRAL = (
    "The train leaves at nine.",
    "My name is Anna and I work at the post office.",
    "Turn left at the next corner.",
    "The meeting is on the third floor.",
    "Take one, scene four.",
    "We start with two hundred grams of flour.",
    "He was born in nineteen fifty two.",
    "The bridge is about four hundred metres long.",
    "Can you hear me?",
    "I put the keys on the table.",
    "There are three cameras in the room.",
    "She lives in Leeds.",
    "It opens on Mondays and closes at six.",
    "What time is it?",
    "The report comes out every quarter.",
    "Then you press the green button.",
    "This used to be a factory.",
    "He said he would call on Tuesday.",
    "The river runs from north to south.",
    "So I asked him about the contract.",
)
POSITIVE = (
    "I love you.",
    "We won!",
    "It's so good to see you again.",
    "That's the best news I've had all year.",
    "Thank you, that means a lot to me.",
    "Look how beautiful it is up here.",
    "I've never been so happy.",
    "Congratulations to both of you!",
    "The kids had a wonderful time.",
    "This tastes amazing.",
    "I'm really proud of what we built together.",
    "Finally, we're home.",
    "Everybody was laughing and dancing.",
    "You did a great job.",
    "What a gorgeous morning.",
    "He's the kindest man I know.",
    "It worked, it actually worked!",
    "I can't wait to show you.",
    "She makes me laugh every day.",
    "It was worth every minute.",
)


def lines() -> tuple[list[str], list[str]]:
    """(texts, labels)."""
    texts = [*NEGATIVE, *NEUTRAL, *POSITIVE]
    return texts, ["negative"] * len(NEGATIVE) + ["neutral"] * len(NEUTRAL) + ["positive"] * len(POSITIVE)
