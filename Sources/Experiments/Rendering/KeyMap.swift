/// Which key means which action.
public struct KeyMap: Sendable, Equatable {
  /// A key of a keyboard.
  public enum Key: Sendable, Hashable {
    case up, down, left, right, enter, escape
    case character(Character)
  }

  private var actions: [Key: Int] = [:]
  /// For each action its name and its keys, the best first.
  public private(set) var entries: [(name: String, keys: [Key])] = []

  public static func == (one: KeyMap, other: KeyMap) -> Bool { one.actions == other.actions }

  /// Gives every action the keys that its name suggests and that are still free, else a letter of
  /// its name; the digits are the first ten actions. `q` is left for quitting.
  public init(_ names: [String]) {
    var taken: Set<Key> = [.character("q"), .escape, .enter]
    var keys = names.map { name in
      let wanted = Self.wanted[name.lowercased()] ?? []
      let free = wanted.filter { !taken.contains($0) }
      taken.formUnion(free)
      return free
    }
    for (action, name) in names.enumerated() where keys[action].isEmpty {
      let letters = name.lowercased().filter { $0.isASCII && $0.isLetter }.map(Key.character)
      guard let letter = letters.first(where: { !taken.contains($0) }) else { continue }
      keys[action] = [letter]
      taken.insert(letter)
    }
    for action in names.indices.prefix(10) {
      keys[action].append(.character(Character("\(action)")))
    }
    for (action, name) in names.enumerated() {
      entries.append((name, keys[action]))
      for key in keys[action] { actions[key] = action }
    }
  }

  /// The action that a key means.
  public func action(for key: Key) -> Int? {
    if case .character(let character) = key, let lower = character.lowercased().first {
      return actions[.character(lower)]
    }
    return actions[key]
  }

  private static let wanted: [String: [Key]] = {
    let up: [Key] = [.up, .character("w"), .character("k")]
    let down: [Key] = [.down, .character("s"), .character("j")]
    let left: [Key] = [.left, .character("a"), .character("h")]
    let right: [Key] = [.right, .character("d"), .character("l")]
    return [
      "up": up, "north": up, "forward": up, "down": down, "south": down, "backward": down,
      "left": left, "west": left, "turn left": left, "right": right, "east": right,
      "turn right": right, "toggle": [.character(" "), .character("t")],
      "pickup": [.character("p")], "pick up": [.character("p")], "drop": [.character("o")],
      "done": [.character("e")], "stay": [.character("."), .character("x")],
      "upleft": [.character("y")], "upright": [.character("u")], "downleft": [.character("b")],
      "downright": [.character("n")],
    ]
  }()

  /// One line for people: `↑ w k: up   p: pick up   q: quit`.
  public func help(isUnicode: Bool) -> String {
    let actions = entries.map { entry in
      "\(entry.keys.prefix(2).map { $0.name(isUnicode: isUnicode) }.joined(separator: " ")): "
        + entry.name
    }
    return (actions + ["q: quit"]).joined(separator: "   ")
  }
}

extension KeyMap.Key {
  func name(isUnicode: Bool) -> String {
    switch self {
    case .up: isUnicode ? "↑" : "up"
    case .down: isUnicode ? "↓" : "down"
    case .left: isUnicode ? "←" : "left"
    case .right: isUnicode ? "→" : "right"
    case .enter: "enter"
    case .escape: "escape"
    case .character(" "): "space"
    case .character(let character): String(character)
    }
  }
}
