package import Settings

/// What a node is told by its `edge.toml` and its environment: who it is, where its hub is, what its cameras are.
///
/// | key | type | default |
/// | --- | --- | --- |
/// | `node` | id | required |
/// | `site` | id | `home` |
/// | `data` | path | `./data` |
/// | `[hub]` | ``HubConnection`` | required to run |
/// | `[outbox]` | ``OutboxSettings`` | all standard |
/// | `[[camera]]` | ``CameraSettings`` | at least one to run |
///
/// An id is 1–64 of `a-z 0-9 -`. Relative paths in the file start at the file's folder, those of variables at the working directory.
/// Every key outside `[[camera]]` is also an environment variable (`VIGILAR_HUB_BROKER`), which wins over the file.
package struct EdgeConfiguration: Sendable, Equatable {
    /// What the configuration is read for.
    package enum Purpose: Sendable {
        /// To run the node: hub, secret and cameras must be there.
        case run
        /// To analyse a clip with a camera's settings: hub and cameras may be missing, and no secret is read.
        case analyze
    }

    /// This node's id, unique in the installation.
    package let node: String
    /// The site that it belongs to.
    package let site: String
    /// The folder of its outbox, absolute.
    package let dataFolder: String
    /// How it reaches its hub; nil only where the configuration was read to analyse.
    package let hub: HubConnection?
    /// How much its outbox holds.
    package let outbox: OutboxSettings
    /// Its cameras in the file's order, ids all different.
    package let cameras: [CameraSettings]

    /// Every key, in the order of the reference.
    package static let keys: [KeyDescription] =
        [
            KeyDescription("node", "id", standard: nil),
            KeyDescription("site", "id", standard: "home"),
            KeyDescription("data", "path", standard: "./data"),
        ] + HubConnection.keys + OutboxSettings.keys + CameraSettings.keys + CameraMotionSettings.keys + CameraZone.keys

    /// Cameras of one node.
    static let maximumCameras = 256

    /// Reads, checks and completes a configuration.
    /// - Parameters:
    ///   - path: The file.
    ///   - environment: The process's environment; only variables of `keys` are looked at.
    /// - Throws: `SettingsError` with every fault at once.
    package static func load(path: String, environment: [String: String], purpose: Purpose = .run) throws -> EdgeConfiguration {
        var document = try SettingsDocument(path: path)
        document.overlay(environment: environment, keys: keys)
        return try EdgeConfiguration(document, purpose: purpose)
    }

    /// - Throws: `SettingsError` with every fault at once.
    package init(_ document: SettingsDocument, purpose: Purpose = .run) throws {
        let problems = ProblemList()
        let root = TableReader(document, keys: Self.keys, problems: problems)
        let name = root.id("node")
        if !root.has("node") { root.fail("node", "is missing: give this node an id, such as node = \"porch\"") }
        node = name ?? ""
        site = root.id("site") ?? "home"
        dataFolder = root.path("data") ?? FilePlace.absolute("data", from: document.folder)
        hub = purpose == .run || root.has("hub") ? HubConnection(root.table("hub"), node: node, purpose: purpose) : nil
        outbox = OutboxSettings(root.table("outbox"))
        var taken: Set<String> = []
        cameras = root.tables("camera", atMost: Self.maximumCameras).compactMap { CameraSettings($0, taken: &taken) }
        if purpose == .run, !root.has("camera") { root.fail("camera", "is missing: add a [[camera]] with its id and source") }
        try problems.check(origin: document.origin)
    }
}
