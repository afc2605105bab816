package import Base
package import MediaTypes
package import Protocol
package import Vision

/// One step in the life of an object's event: it starts, goes on, ends.
package struct ObjectChange: Sendable, Hashable {
    package typealias Phase = MotionEpisodeChange.Phase

    package var phase: Phase
    /// That of the motion event which the object explains, or its own.
    package var event: EventID
    /// Whether the event began as one of motion.
    package var explainsMotion: Bool
    /// Of the track.
    package var track: Int
    /// By the votes so far.
    package var label: String
    /// Of the label.
    package var kind: ObjectKind
    /// 0…1, the best so far.
    package var score: Double
    package var start: MediaTime
    package var startTimestamp: Timestamp
    /// Of the last picture that showed it.
    package var end: MediaTime
    package var endTimestamp: Timestamp
    /// Where it was seen best.
    package var box: Box
    /// Where it was seen last.
    package var lastBox: Box
    /// Zones entered so far, in the order of entering.
    package var zones: [String]
    /// Pictures in which it was found.
    package var sightings: Int

    /// Which animal it is, where a second look told.
    package var species: AnimalJudgement?
    /// Pictures that are good enough to know it again by.
    package var closeUps = 0

    /// By the detector's word or, where it has none, by that of second looks: cats and dogs are pets.
    package var isPet: Bool {
        kind == .pet || label == ObjectFamily.anyAnimal && species.map { ["cat", "dog"].contains($0.name) } ?? false
    }

    package var family: ObjectFamily { kind.family }

    /// What the event is called.
    package var type: String {
        switch family {
        case .person: label == ObjectFamily.faceAlone ? "face" : "person"
        case .animal: isPet ? "pet" : "wildlife"
        case .vehicle: "vehicle"
        }
    }
}
