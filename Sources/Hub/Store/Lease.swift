/// A row that says who may do something now. The generation fences: work stamped under an old one is refused.
///
/// All who compete for one name ask for the same number of seconds: a lease that ends later than one taken now would counts as free,
/// for only a clock that has been set back since can have written it.
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
