"""Writes gymnasium.json: transition tables of Gymnasium's toy-text worlds, and exact values.

Made with gymnasium 1.4.0. `table[state][action]` lists [probability, next state, reward,
terminated]; entries with the same outcome are added up, states in which an episode is over are left
out, and so are the cliff's, in which nobody ever is. `optimal` and `random` are the expected returns
of the best and of the uniformly random policy within `horizon` steps, by backward induction here.
"""
import json
from pathlib import Path

import gymnasium as gym

WORLDS = {
    "cliff": ("CliffWalking-v1", {"is_slippery": False}, 100),
    "cliff/slippery": ("CliffWalking-v1", {"is_slippery": True}, 200),
    "slippery": ("FrozenLake-v1", {"map_name": "4x4"}, 100),
    "slippery/8x8": ("FrozenLake-v1", {"map_name": "8x8"}, 200),
}


def live_states(world, id):
    if id.startswith("CliffWalking"):
        return [s for s in world.P if s < 37]
    return [s for s in world.P if world.desc.ravel()[s] in (b"S", b"F")]


result = {"gymnasium": gym.__version__}
for name, (id, options, horizon) in WORLDS.items():
    world = gym.make(id, **options).unwrapped
    table = {}
    for state in live_states(world, id):
        table[state] = []
        for action in range(4):
            outcomes = {}
            for probability, following, reward, terminated in world.P[state][action]:
                key = (int(following), float(reward), bool(terminated))
                outcomes[key] = outcomes.get(key, 0.0) + float(probability)
            table[state].append([[p, *key] for key, p in sorted(outcomes.items())])
    start = int(world.initial_state_distrib.argmax())
    values = {"optimal": {}, "random": {}}
    for kind, choose in (("optimal", max), ("random", lambda q: sum(q) / len(q))):
        value = {}
        for _ in range(horizon):
            value = {
                state: choose([
                    sum(p * (r + (0 if over else value.get(s, 0))) for p, s, r, over in outcomes)
                    for outcomes in actions
                ])
                for state, actions in table.items()
            }
        values[kind] = value[start]
    result[name] = {
        "start": start, "horizon": horizon, **values,
        "table": {str(state): actions for state, actions in table.items()},
    }
text = json.dumps(result, separators=(",", ":"))
(Path(__file__).parent / "gymnasium.json").write_text(text.replace('},"', '},\n"') + "\n")
for name in WORLDS:
    print(name, result[name]["optimal"], result[name]["random"])
