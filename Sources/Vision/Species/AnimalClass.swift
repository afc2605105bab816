/// One class of a classifier's that is an animal.
package struct AnimalClass: Sendable, Hashable {
    /// Nil where it has no name of its own: its group is what is said of it.
    package let species: String?
    /// Nil where nothing narrower than "animal" holds it beside its species.
    package let group: String?
    /// The broader group that its group is of; the group itself where it is of none.
    package let order: String?

    /// One class; what its group is of is known of those that ImageNet has.
    package init(species: String?, group: String?) {
        self.species = species
        self.group = group
        order = group.map { ImageNetAnimals.order(of: $0) }
    }
}
