package import Vision

/// How what is seen on a camera becomes events.
package struct SightSettings: Sendable, Hashable {
    package var tracker = TrackerSettings()
    /// Things count inside these only; empty: everywhere.
    package var zones: [MotionZone] = []
    /// Things that stand inside these never count.
    package var masks: [Polygon] = []

    /// Whether pictures of objects' events are wanted.
    package var pictures = false

    /// Whether faces are read, for people to be known by.
    package var faces = false

    /// What is looked for, and what it must be like.
    package var objects = CameraObjects()

    package init() {}

    /// Zones and masks are those of the motion.
    package init(_ motion: MotionSettings, pictures: Bool = false, faces: Bool = false, objects: CameraObjects = CameraObjects()) {
        self.pictures = pictures
        self.faces = faces
        self.objects = objects
        zones = motion.zones
        masks = motion.masks
    }
}
