package import Base
package import Protocol

/// The figures of a health report as gauges, for whoever scrapes the node itself.
package enum NodeGauges {
    /// Puts them in the place of those of the report before.
    /// - Parameters:
    ///   - standIns: Whether the main stream stands in for a small one that is away, by camera with two streams.
    ///   - droppedSounds: Packets of sound that could not be used, by camera.
    package static func set(_ health: NodeHealth, standIns: [String: Bool] = [:], droppedSounds: [String: Int] = [:], in metrics: Metrics) {
        // What cannot be measured here is not told at all.
        if let memory = health.memory {
            metrics.declare("vigilar_process_memory_bytes", .gauge, help: "Memory that the process holds.")
            metrics.set("vigilar_process_memory_bytes", Double(memory))
        }
        if let free = health.diskFree {
            metrics.declare("vigilar_disk_free_bytes", .gauge, help: "Free bytes of the data folder's disk.")
            metrics.set("vigilar_disk_free_bytes", Double(free))
        }
        if let temperature = health.temperature {
            metrics.declare("vigilar_temperature_celsius", .gauge, help: "Degrees of the warmest sensor.")
            metrics.set("vigilar_temperature_celsius", temperature)
        }
        metrics.declare("vigilar_camera_online", .gauge, help: "1 while pictures come, by camera.")
        metrics.declare("vigilar_camera_frames_per_second", .gauge, help: "Pictures received a second, by camera.")
        metrics.declare("vigilar_camera_bits_per_second", .gauge, help: "Bits received a second, by camera.")
        metrics.declare("vigilar_camera_decode_share", .gauge, help: "Decoded pictures as a fraction of those received, by camera.")
        metrics.declare("vigilar_camera_gaps", .gauge, help: "Times that a running stream stopped, by camera.")
        metrics.declare(
            "vigilar_camera_stand_in", .gauge, help: "1 while the small stream of a camera is away and its main one is analysed, by camera."
        )
        metrics.replace(
            "vigilar_camera_stand_in", standIns.sorted { $0.key < $1.key }.map { (labels: [("camera", $0)], value: $1 ? 1 : 0) })
        metrics.declare("vigilar_camera_dropped_sounds", .gauge, help: "Packets of sound that could not be used, by camera.")
        metrics.replace(
            "vigilar_camera_dropped_sounds", droppedSounds.sorted { $0.key < $1.key }.map { (labels: [("camera", $0)], value: Double($1)) })
        func cameras(_ name: String, _ value: (NodeHealth.Camera) -> Double) {
            metrics.replace(name, health.cameras.map { (labels: [("camera", $0.id)], value: value($0)) })
        }
        cameras("vigilar_camera_online") { $0.online ? 1 : 0 }
        cameras("vigilar_camera_frames_per_second", \.fps)
        cameras("vigilar_camera_bits_per_second", \.bitrate)
        cameras("vigilar_camera_decode_share", \.decodeShare)
        cameras("vigilar_camera_gaps") { Double($0.gaps) }
    }
}
