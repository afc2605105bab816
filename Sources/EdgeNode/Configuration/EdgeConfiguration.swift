package import Settings

/// What a node is told by its `edge.toml` and its environment: who it is, where its hub is, what its cameras are.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `node` | id | as the node joined |
/// | `site` | id | as the node joined, or `home` |
/// | `data` | path | `./data` |
/// | `metrics` | `host:port` on loopback | none |
/// | `[hub]` | ``HubConnection`` | as the node joined |
/// | `[outbox]` | ``OutboxSettings`` | all standard |
/// | `[recording]` | ``RecordingSettings`` | all standard |
/// | `[detector]` | ``DetectorSettings`` | all standard |
/// | `[classifier]` | ``ClassifierSettings`` | the catalogue's |
/// | `[species]` | ``SpeciesSettings`` | all standard |
/// | `[[camera]]` | ``CameraSettings`` | at least one to run, unless the node has joined |
///
/// An id is 1–64 of `a-z 0-9 -`. Relative paths in the file start at the file's folder, those of variables at the working directory.
/// Every key outside `[[camera]]` is also an environment variable (`VIGILAR_HUB_BROKER`), which wins over the file.
package struct EdgeConfiguration: Sendable, Equatable {
    /// What the configuration is read for.
    package enum Purpose: Sendable {
        /// To run the node: it must have joined, or have a broker, and cameras must be there.
        case run
        /// To join: only where the data folder is matters yet.
        case join
        /// To analyse a clip with a camera's settings: hub and cameras may be missing, and no secret is read.
        case analyze
    }

    /// This node's id, unique in the installation.
    package let node: String
    /// The site that it belongs to.
    package let site: String
    /// The folder of its outbox, absolute.
    package let dataFolder: String
    /// Where its metrics are served, on loopback; nil where they are not.
    package let metrics: HostAndPort?
    /// A broker that the file names.
    package let hub: HubConnection
    /// How much its outbox holds.
    package let outbox: OutboxSettings
    /// Where and for how long it keeps recordings.
    package let recording: RecordingSettings
    /// What looks at its cameras' pictures.
    package let detector: DetectorSettings
    /// What takes second looks at them; nil for the catalogue's.
    package let classifier: ClassifierSettings?
    /// Which animals live where it is.
    package let species: SpeciesSettings
    /// Its cameras in the file's order, ids all different.
    package let cameras: [CameraSettings]

    /// Every key, in the order of the reference.
    package static let keys: [KeyDescription] =
        [
            KeyDescription("node", "id", standard: "as the node joined"),
            KeyDescription("site", "id", standard: "as the node joined, or home"),
            KeyDescription("data", "path", standard: "./data"),
            KeyDescription("metrics", "host:port on loopback", standard: "none"),
        ] + HubConnection.keys + OutboxSettings.keys + RecordingSettings.keys + DetectorSettings.keys
        + ClassifierSettings.keys + SpeciesSettings.keys + CameraSettings.keys
        + CameraMotionSettings.keys + CameraZone.keys + CameraObjects.keys

    /// Cameras of one node.
    static let maximumCameras = 256

    /// Reads, checks and completes a configuration.
    /// - Parameters:
    ///   - path: The file.
    ///   - environment: The process's environment; only variables of `keys` are looked at.
    ///   - overrides: Flags of the command line, by key.
    ///   - joined: What joining has settled; nil where the node has not joined.
    /// - Throws: `SettingsError` with every fault at once.
    package static func load(
        path: String, environment: [String: String], overrides: [String: String] = [:], purpose: Purpose = .run, joined: JoinedNode? = nil
    ) throws -> EdgeConfiguration {
        var document = try SettingsDocument(path: path)
        document.overlay(environment: environment, keys: keys)
        document.overlay(overrides: overrides)
        return try EdgeConfiguration(document, purpose: purpose, joined: joined)
    }

    /// - Throws: `SettingsError` with every fault at once.
    package init(_ document: SettingsDocument, purpose: Purpose = .run, joined: JoinedNode? = nil) throws {
        let problems = ProblemList()
        let root = TableReader(document, keys: Self.keys, problems: problems)
        dataFolder = root.path("data") ?? FilePlace.absolute("data", from: document.folder)
        metrics = Self.metrics(root)
        let name = root.id("node")
        if let name, let joined, name != joined.node {
            root.fail(
                "node", "is \"\(name)\", but this node joined as \"\(joined.node)\": leave it out, or join again with an invitation for it")
        }
        node = name ?? joined?.node ?? ""
        site = joined?.site ?? root.id("site") ?? "home"
        hub = HubConnection(root.table("hub"), node: node, purpose: purpose)
        if purpose == .run, joined == nil {
            if !root.has("hub") {
                root.fail("hub", "is unknown: run the `vigilar-edge join …` line that `vigilar-hub invite` prints")
            } else if node.isEmpty, !root.has("node") {
                root.fail("node", "is missing: give this node an id, such as node = \"porch\"")
            }
        }
        outbox = OutboxSettings(root.table("outbox"))
        recording = RecordingSettings(root.table("recording"), dataFolder: dataFolder)
        detector = DetectorSettings(root.table("detector"))
        classifier = ClassifierSettings(root.table("classifier"))
        species = SpeciesSettings(root.table("species"), classifier: classifier)
        var taken: Set<String> = []
        let labels = detector.labels
        cameras = root.tables("camera", atMost: Self.maximumCameras).compactMap { CameraSettings($0, taken: &taken, labels: labels) }
        // One that has joined can be given its cameras by the hub.
        if purpose == .run, joined == nil, !root.has("camera") {
            root.fail("camera", "is missing: add a [[camera]] with its id and source")
        }
        try problems.check(origin: document.origin)
    }

    private static func metrics(_ root: TableReader) -> HostAndPort? {
        guard let text = root.string("metrics") else { return nil }
        // They are served to anybody who asks.
        guard let address = HostAndPort(text), address.isLoopback else {
            root.fail(
                "metrics", "must be an address on this machine such as 127.0.0.1:9101; the hub's /metrics has the nodes' figures for others"
            )
            return nil
        }
        return address
    }
}
