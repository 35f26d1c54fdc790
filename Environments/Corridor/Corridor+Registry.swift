extension Corridor {
  static var entries: [any AnyEnvironmentEntry] {
    [
      EnvironmentEntry(
        "corridor", "Fetch the key at the left end, open the door at the right end.",
        Corridor.self, rewards: "1 for opening the door, which ends the episode; else 0.")
    ]
  }
}
