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

    package init(
        name: String, polygon: Polygon, sensitivity: Double? = nil, minimumArea: Double? = nil, minimumDuration: Double? = nil
    ) {
        self.name = name
        self.polygon = polygon
        self.sensitivity = sensitivity
        self.minimumArea = minimumArea
        self.minimumDuration = minimumDuration
    }
}
