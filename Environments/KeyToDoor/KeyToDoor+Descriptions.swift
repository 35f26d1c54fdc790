extension KeyToDoor.Configuration {
  public static let descriptions = [
    "doorReward": "reward units for opening the door, more than 0",
    "placement": "random: drawn for every episode; fixed: all as layoutSeed has it",
    "layoutSeed": "the episode seed that placement fixed repeats, at least 0",
    "consumesKey": "whether opening the door uses the key up",
    "endsAtDoor": "whether opening the door ends the episode",
    "showsKey": "whether the observation says that the agent holds the key",
    "flashesKey": "whether it says so in the step in which the key was taken, as in TVT",
    "showsPhase": "whether the observation says which of the three phases it is",
    "view": "full: the whole board; crop: the 5 by 5 cells around the agent",
    "encoding": "compact: a vector of flags; planes: a picture of flags",
    "slipProbability": "probability of a uniformly random action instead, 0 to 1",
    "apples.count": "apples kept of the candidate cells; 0 for an empty room",
    "apples.rewards": "reward units an apple may be worth, each as likely",
    "apples.isRewardFixedPerEpisode": "whether all apples of an episode are worth the same",
    "apples.respawns": "whether eaten apples come back",
    "apples.respawnSteps": "steps until they do",
  ].merging(
    [("explore", "first"), ("middle", "second"), ("reward", "third")].flatMap { room, place in
      [
        ("\(room).map", "rows of the \(place) room; nothing for an open one"),
        ("\(room).rows", "rows of an open room"),
        ("\(room).columns", "columns of an open room"),
        ("\(room).steps", "actions until the timer moves the agent on"),
      ]
    }, uniquingKeysWith: { first, _ in first })
}
