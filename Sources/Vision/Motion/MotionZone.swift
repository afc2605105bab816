/// A named part of the picture that motion is wanted in, with settings of its own where it needs them.
package struct MotionZone: Sendable, Hashable {
    package var name: String
    package var polygon: Polygon
    /// 0…1; nil: the camera's.
    package var sensitivity: Double?
    /// Fraction of the frame; nil: the camera's.
    package var minimumArea: Double?
    /// Seconds; nil: the camera's.
    package var minimumDuration: Double?
    /// Kinds of things that count in it; nil: all. Motion counts whatever moves.
    package var kinds: Set<ObjectKind>?
    /// Seconds for which a thing must be in it before it counts. Default 0.
    package var loitering: Double
    /// Looks in a row that must show a thing in it, or beside it, before it has come or gone. Default 2: a box that jitters over an edge enters nothing.
    package var inertia: Int

    package init(
        name: String, polygon: Polygon, sensitivity: Double? = nil, minimumArea: Double? = nil, minimumDuration: Double? = nil,
        kinds: Set<ObjectKind>? = nil, loitering: Double = 0, inertia: Int = 2
    ) {
        self.name = name
        self.polygon = polygon
        self.sensitivity = sensitivity
        self.minimumArea = minimumArea
        self.minimumDuration = minimumDuration
        self.kinds = kinds
        self.loitering = loitering
        self.inertia = inertia
    }
}
