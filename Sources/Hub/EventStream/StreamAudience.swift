/// Whom the same frames go to: those who asked for the same and may see the same.
struct StreamAudience: Hashable {
    var filter: EventFilter
    /// Whether they may see who is known.
    var mayIdentify: Bool

    /// Of some frames those that they get, as they get them.
    func frames(of all: [StreamFrame]) -> [StreamFrame] {
        if filter.isOpen && mayIdentify { return all }
        let passing = filter.isOpen ? all : all.filter { $0.passes(filter) }
        return mayIdentify ? passing : passing.map(\.withoutNames)
    }
}
