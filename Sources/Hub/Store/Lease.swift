/// A row that says who may do something now. The generation fences: work stamped under an old one is refused.
package struct Lease: Sendable, Hashable {
    package var name: String
    package var holder: String
    package var generation: Int64

    package init(name: String, holder: String, generation: Int64) {
        self.name = name
        self.holder = holder
        self.generation = generation
    }
}
