/// The published variants. What is not published is ours, and said so.
extension KeyToDoor.Configuration {
  /// Temporal value transport (Hung et al., 2019): phases 15, 90 and 15, ten apples worth 1 or 10
  /// each (one value per episode) that come back, door worth 10, a 5 by 5 view, the timer alone ends
  /// phases and episode.
  public static var tvt: Self {
    var settings = pycolab
    settings.middle.steps = 90
    settings.apples.rewards = [1, 10]
    settings.doorReward = 10
    return settings
  }

  /// Synthetic returns (Raposo et al., 2021): phases 15, 60 and 10, apples worth 1, door worth 5.
  public static var syntheticReturns: Self {
    var settings = pycolab
    settings.middle.steps = 60
    settings.reward.steps = 10
    settings.doorReward = 5
    return settings
  }

  /// Counterfactual credit assignment, low variance (Mesnard et al., 2020): ten apples worth 1 that
  /// do not come back, door worth 1; the optimal return is 11. The phases are not published; 15, 60
  /// and 15 make the 90 steps of the first port.
  public static var ccaLowVariance: Self {
    var settings = pycolab
    settings.middle.steps = 60
    settings.reward.map = KeyToDoor.Room.ccaReward
    settings.apples.respawns = false
    return settings
  }

  /// As ``ccaLowVariance`` with apples worth 1 or 10, one value per episode: the apples' variance
  /// drowns the door's 1. The optimal return is 56 in expectation.
  public static var ccaHighVariance: Self {
    var settings = ccaLowVariance
    settings.apples.rewards = [1, 10]
    return settings
  }

  /// The Decision Transformer paper's variant (Chen et al., 2021, section 5.4): an empty second room
  /// and a binary reward. Its sizes were never published. Ours are TVT's rooms with 15, 15 and 17
  /// steps, under which a uniformly random policy succeeds in 3.11 % of the episodes (the paper:
  /// 3.1 %) however long the second phase is. Success ends the episode.
  public static var decisionTransformer: Self { Self() }

  /// The same with the key no longer a matter of memory: the observation says who holds it.
  public static var decisionTransformerVisible: Self {
    var settings = Self()
    settings.showsKey = true
    return settings
  }

  /// A harder guess at the paper's layout: three open 5 by 5 rooms of 8 steps each, with start, key
  /// and door anywhere; a random policy succeeds in 3.15 % of the episodes.
  public static var decisionTransformerOpen: Self {
    var settings = Self()
    let room = KeyToDoor.Room(rows: 5, columns: 5, steps: 8)
    (settings.explore, settings.middle, settings.reward) = (room, room, room)
    return settings
  }

  /// What the pycolab games have in common.
  private static var pycolab: Self {
    var settings = Self()
    settings.reward.steps = 15
    settings.apples.count = 10
    settings.apples.respawns = true
    settings.endsAtDoor = false
    settings.flashesKey = true
    settings.showsPhase = false
    settings.view = .crop
    settings.encoding = .planes
    return settings
  }
}
