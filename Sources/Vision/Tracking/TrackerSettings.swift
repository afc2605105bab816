/// What it takes for detections to become something that is followed.
package struct TrackerSettings: Sendable, Hashable {
    /// Score from which a detection may begin a track. Default .45, at which PicoDet raises no alarm on the test data's empty scenes.
    package var newScore = 0.45
    /// Sum of scores from which a track is believed, of two sightings at least. Default 1.35: three doubtful ones, or two that are sure.
    package var evidence = 1.35
    /// Seconds without a sighting after which what was at the picture's edge is gone. Default 2.5: a step out of the picture and back.
    package var patience = 2.5
    /// Seconds for what was within the picture, where nothing just vanishes. Default 5: behind a car or another person.
    package var patienceInside = 5.0
    /// Seconds for what is behind something else that is followed. Default 15: people who walk together.
    package var patienceBehind = 15.0
    /// Seconds within which a track must be believed, or is forgotten.
    package var doubt = 5.0
    /// Looks in a row that should have shown it and did not, after which it is gone.
    package var misses = 3
    /// Tracks at a time; those that are believed least give way.
    package var limit = 64

    package init() {}

    /// Whether something may begin with what was detected: a doubtful detection only goes on with what is followed.
    package func mayBegin(_ detection: Detection) -> Bool { detection.mayBegin ?? (detection.score >= newScore) }
}
