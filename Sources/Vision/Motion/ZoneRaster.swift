/// Zones and masks drawn into the reduced image.
struct ZoneRaster: Sendable {
    /// 1 where motion may count.
    let allowed: [UInt8]
    /// Bit n: the pixel lies in the n-th zone. Empty without zones.
    let zones: [UInt16]
    /// 0…1 for each pixel: the keenest of its zones.
    let sensitivity: [Float]

    static let mostZones = 16

    init(_ settings: MotionSettings, width: Int, height: Int) {
        let count = width * height
        var bits = [UInt16](repeating: 0, count: settings.zones.isEmpty ? 0 : count)
        var sensitivity = [Float](repeating: Float(settings.sensitivity), count: count)
        var allowed = [UInt8](repeating: settings.zones.isEmpty ? 1 : 0, count: count)
        var taken = [Float](repeating: -1, count: count)
        for (number, zone) in settings.zones.prefix(Self.mostZones).enumerated() {
            zone.polygon.paint({ $0 | (1 << UInt16(number)) }, into: &bits, width: width, height: height)
            zone.polygon.paint({ _ in 1 }, into: &allowed, width: width, height: height)
            let own = Float(zone.sensitivity ?? settings.sensitivity)
            zone.polygon.paint({ max($0, own) }, into: &taken, width: width, height: height)
        }
        for index in 0..<count where taken[index] >= 0 { sensitivity[index] = taken[index] }
        for mask in settings.masks { mask.paint({ _ in 0 }, into: &allowed, width: width, height: height) }
        self.allowed = allowed
        self.zones = bits
        self.sensitivity = sensitivity
    }
}
