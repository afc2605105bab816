import Vision

extension AnalysisSettings {
    /// The settings of a configured camera in the terms of the analysis.
    package init(_ camera: CameraMotionSettings) {
        let standard = MotionSettings()
        let zones = camera.zones.map { zone in
            MotionZone(
                name: zone.name, polygon: Polygon(zone.polygon), sensitivity: zone.sensitivity.map(Self.fraction),
                minimumArea: zone.minimumArea, minimumDuration: zone.minimumDuration, kinds: zone.kinds.map { Set($0) },
                loitering: zone.loitering ?? 0, inertia: zone.inertia ?? 2)
        }
        self.init(
            motion: MotionSettings(
                sensitivity: Self.fraction(camera.sensitivity), minimumArea: camera.minimumArea ?? standard.minimumArea,
                minimumDuration: camera.minimumDuration ?? standard.minimumDuration, zones: zones, masks: camera.masks.map(Polygon.init)),
            gate: camera.gate)
    }

    /// 1…100 of the configuration to 0…1, with 50 in the middle.
    private static func fraction(_ sensitivity: Int) -> Double { min(max(Double(sensitivity) / 100, 0), 1) }
}

extension Polygon {
    fileprivate init(_ points: [FramePoint]) {
        self.init(points.map { Vertex(x: $0.x, y: $0.y) })
    }
}
