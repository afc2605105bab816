/// What looking took, in seconds, and what came of it that is of no use: on the clock, since a model runs on a thread of its own.
package struct LookCost: Sendable, Hashable {
    /// Parts of pictures that a model was given.
    package var parts = 0
    /// Making inputs of pictures.
    package var preparing = 0.0
    /// In the model.
    package var inference = 0.0
    /// Making detections of the model's outputs.
    package var decoding = 0.0

    /// Places whose numbers make no sense: those of a damaged model, as a rule.
    package var rejected = 0

    package init() {}

    /// A model was given a part of a picture.
    package mutating func add(
        part begun: ContinuousClock.Instant, _ prepared: ContinuousClock.Instant, _ ran: ContinuousClock.Instant
    ) {
        parts += 1
        preparing += (prepared - begun) / .seconds(1)
        inference += (ran - prepared) / .seconds(1)
    }

    package static func += (sum: inout LookCost, other: LookCost) {
        sum.parts += other.parts
        sum.preparing += other.preparing
        sum.inference += other.inference
        sum.decoding += other.decoding
        sum.rejected += other.rejected
    }
}
