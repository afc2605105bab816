import Protocol

/// What a replica has published of the cameras' settings, and so what it has still to publish. No I/O.
struct PublishedCameraSettings {
    struct Change: Hashable {
        var camera: String
        /// The text to sign; nil where the retained message is to go.
        var text: String?
    }

    /// The text of each camera on the present connection; nil for one of an earlier connection.
    private var texts: [String: String?] = [:]

    /// The broker may have forgotten what it was told.
    mutating func forgetConnection() { texts = texts.mapValues { _ in nil } }

    /// What is to be published, so that the broker has exactly what is wanted.
    func difference(to wanted: [CameraSettingsRecord]) -> [Change] {
        let present = Set(wanted.map(\.camera))
        let gone = texts.keys.filter { !present.contains($0) }.sorted().map { Change(camera: $0, text: nil) }
        return gone
            + wanted.compactMap { record in
                guard let wanted = record.wanted else { return nil }
                let config = CameraConfig(
                    camera: record.camera, node: record.node, revision: wanted.revision, settings: wanted.settings, base: wanted.base)
                let text = config.text
                return texts[record.camera] == .some(.some(text)) ? nil : Change(camera: record.camera, text: text)
            }
    }

    /// The broker has taken a change.
    mutating func note(_ change: Change) {
        if let text = change.text { texts.updateValue(text, forKey: change.camera) } else { texts.removeValue(forKey: change.camera) }
    }
}
