package import Base
package import Logging
private import Media
package import Protocol
import Settings
private import Trust

/// Takes in settings and cameras from the hub: believes what the hub has signed, writes `edge.toml`, hands on to the running cameras, and says
/// what became of it. See docs/design/settings.md.
///
/// One message after the other: its caller waits for each.
package actor CameraConfigurator {
    private let node: String
    private let file: ConfigurationFile?
    private let cameras: CameraSet
    private let keys: @Sendable () -> HubKeys?
    private let metrics: Metrics
    private let logger: Logger
    private let folder: String
    /// Nil where it cannot be read, or was not needed yet.
    private var remembered: SettingsMemory?
    /// What was said of settings that are not in force, by camera, until others are.
    private var verdicts: [String: CameraConfigReport] = [:]

    /// - Parameters:
    ///   - file: Nil for a node without a file: it takes nothing in.
    ///   - folder: The data folder.
    ///   - keys: Nil for a node that has not joined: it takes nothing in.
    package init(
        node: String, file: ConfigurationFile?, folder: String, cameras: CameraSet, keys: @escaping @Sendable () -> HubKeys?,
        metrics: Metrics, logger: Logger
    ) {
        self.node = node
        self.file = file
        self.cameras = cameras
        self.keys = keys
        self.metrics = metrics
        self.logger = logger
        self.folder = folder
        metrics.declare("vigilar_settings_total", .counter, help: "Settings and cameras from the hub, by outcome.")
    }

    // MARK: - Settings

    /// What a camera has, and from whom; nil where there is no such camera.
    package func report(_ camera: String) async -> CameraConfigReport? {
        guard let unit = await cameras.unit(camera) else { return nil }
        let settings = CameraRuntimeSettings(unit.settings)
        if let verdict = verdicts[camera] {
            return Self.report(settings, revision: verdict.revision, verdict.state, verdict.faults)
        }
        guard let known = (try? readMemory())?[camera] else { return Self.report(settings, revision: 0, .own) }
        return Self.report(settings, revision: known.revision, known.digests.contains(settings.digest) ? .applied : .conflict)
    }

    /// Takes in what came on a camera's `config`.
    /// - Returns: What to say about it; nil for what is not to be believed, or is older than what was taken in.
    package func take(config payload: [UInt8], camera: String) async -> CameraConfigReport? {
        guard let unit = await cameras.unit(camera), unit.reader.heldBack == nil else { return nil }
        let config: CameraConfig
        do {
            config = try CameraConfig(try open(payload, SignedDomain.config))
            guard config.camera == camera, config.node == node else { throw RemoteSettingsError("it is for another camera") }
        } catch {
            count("refused")
            logger.error("settings that the hub has not signed were refused", metadata: ["camera": "\(camera)", "error": "\(error)"])
            return nil
        }
        guard let report = await apply(config, to: unit) else {
            count("stale")
            return await self.report(camera)
        }
        verdicts[camera] = report.state == .applied ? nil : report
        count(report.state.rawValue)
        logger.notice(
            "settings from the hub",
            metadata: ["camera": "\(camera)", "revision": "\(config.revision)", "state": "\(report.state.rawValue)"])
        return report
    }

    /// - Returns: Nil for settings that are older than those that were taken in.
    private func apply(_ config: CameraConfig, to unit: CameraUnit) async -> CameraConfigReport? {
        do {
            var memory = try readMemory()
            let known = memory[config.camera]
            if let known, config.revision < known.revision { return nil }
            guard let file else { throw RemoteSettingsError("this node runs without a configuration file") }
            let content = try file.read()
            guard let place = content.cameras.firstIndex(where: { $0.id == config.camera }) else {
                throw RemoteSettingsError("this camera does not stand in the node's configuration any more: start the node again")
            }
            let present = CameraRuntimeSettings(content.cameras[place])
            let wanted = try CameraRuntimeSettings(json: config.settings, camera: config.camera, labels: content.labels)
            // A revision is one set of settings: another under its number is of an earlier life of the camera.
            if let known, config.revision == known.revision, !known.digests.contains(wanted.digest) { return nil }
            if wanted != present, !Self.mayReplace(present, config, known) {
                // What somebody wrote into the file is in force from now on, as it is reported.
                await adopt(content.cameras[place], unit)
                return Self.report(present, revision: config.revision, .conflict)
            }
            var settings = content.cameras[place]
            if wanted != present {
                var tables = content.tables
                tables[place] = wanted.table(over: tables[place])
                let written = try file.write(cameras: tables, over: content) { _ in
                    // Ahead of the file: after a crash in between neither the old nor the new settings look like somebody's own.
                    try memory.note(config.camera, revision: config.revision, digests: [present.digest, wanted.digest])
                }
                settings = written[place]
            }
            try memory.note(config.camera, revision: config.revision, digests: [wanted.digest])
            remembered = memory
            await adopt(settings, unit)
            return Self.report(CameraRuntimeSettings(settings), revision: config.revision, .applied)
        } catch {
            return Self.report(CameraRuntimeSettings(unit.settings), revision: config.revision, .refused, Self.faults(error))
        }
    }

    /// Has a running camera do what the file says.
    private func adopt(_ settings: CameraSettings, _ unit: CameraUnit) async {
        // A connection that was made without sound has none.
        let isHeardAgain = settings.recording.sound && !unit.settings.recording.sound
        if unit.settings.source != settings.source || unit.settings.subSource != settings.subSource || isHeardAgain {
            await cameras.put(settings)
        } else if unit.settings != settings {
            await cameras.change(settings)
        }
    }

    private func readMemory() throws(RemoteSettingsError) -> SettingsMemory {
        if let remembered { return remembered }
        let read = try SettingsMemory(folder: folder)
        remembered = read
        return read
    }

    /// Settings may be replaced that came from the hub, or that the hub knew when it sent these, or that nobody has chosen.
    private static func mayReplace(
        _ present: CameraRuntimeSettings, _ config: CameraConfig, _ known: SettingsMemory.Camera?
    ) -> Bool {
        guard let known else { return config.base == present.digest || (config.base == nil && present.isStandard) }
        if known.digests.contains(present.digest) { return true }
        // The same revision again knew of nothing that came after it.
        return config.revision > known.revision && config.base == present.digest
    }

    private static func report(
        _ settings: CameraRuntimeSettings, revision: Int64, _ state: CameraConfigReport.State, _ faults: [CameraConfigReport.Fault] = []
    ) -> CameraConfigReport {
        CameraConfigReport(revision: revision, state: state, settings: settings.json, digest: settings.digest, faults: faults)
    }

    private static func faults(_ error: any Error) -> [CameraConfigReport.Fault] {
        guard let error = error as? SettingsError else { return [.init(key: "", message: "\(error)")] }
        // Enough to mend the first of them, and bounded whatever was sent.
        return error.problems.prefix(50).map { .init(key: $0.key, message: String($0.message.prefix(300))) }
    }

    // MARK: - Cameras

    /// Takes in a camera that the node is to have, or no longer to have.
    package func change(_ command: NodeCommand) async -> NodeReply {
        do {
            guard let signed = command.signed, let signature = command.signature else {
                throw RemoteSettingsError("camera needs a change in `signed`, and its `signature`")
            }
            let change = try NodeJSON.decode(
                CameraChange.self, from: try open(SignedMessage(signed: signed, signature: signature), SignedDomain.camera))
            guard change.v == 1 else { throw RemoteSettingsError("the change is of a newer version: update this node") }
            guard change.node == node, Identifier.isValid(change.camera) else {
                throw RemoteSettingsError("the change is for another node")
            }
            var memory = try readMemory()
            guard change.number > memory.number else {
                count("stale")
                // The hub's clock may have been ahead once: it can go on from here.
                return NodeReply(ok: false, error: "the change is older than one that was made since", number: memory.number)
            }
            try memory.note(number: change.number)
            remembered = memory
            guard let file else { throw RemoteSettingsError("this node runs without a configuration file") }
            switch change.action {
            case .put: try await put(change, file)
            case .remove: try await remove(change.camera, file)
            }
            count("applied")
            logger.notice("the hub changed a camera", metadata: ["camera": "\(change.camera)", "action": "\(change.action.rawValue)"])
            return NodeReply(ok: true)
        } catch {
            count("refused")
            logger.error("a change of cameras was refused", metadata: ["error": "\(error)"])
            return NodeReply(ok: false, error: String("\(error)".prefix(1000)))
        }
    }

    private func put(_ change: CameraChange, _ file: ConfigurationFile) async throws {
        let source = try change.source.map { try address($0, change) }
        let content = try file.read()
        var tables = content.tables
        let place = content.cameras.firstIndex { $0.id == change.camera } ?? tables.count
        if place == tables.count {
            guard source != nil else { throw RemoteSettingsError("a new camera needs an address") }
            tables.append(["id": .string(change.camera)])
        }
        if let source {
            tables[place]["source"] = .string(source)
            tables[place]["source_file"] = nil
        }
        if let name = change.name { tables[place]["name"] = .string(name) }
        let present = content.cameras.first { $0.id == change.camera }.map { CameraRuntimeSettings($0).digest }
        var memory = try readMemory()
        let known = memory[change.camera]
        // A name from the hub is no change by hand either.
        let isHubs = present.map { known?.digests.contains($0) ?? false } ?? false
        let written = try file.write(cameras: tables, over: content) { cameras in
            guard isHubs, let known, let present else { return }
            let new = CameraRuntimeSettings(cameras[place]).digest
            try memory.note(change.camera, revision: known.revision, digests: [present, new])
        }
        if isHubs, let known {
            try memory.note(change.camera, revision: known.revision, digests: [CameraRuntimeSettings(written[place]).digest])
        }
        remembered = memory
        guard let unit = await cameras.unit(change.camera) else { return await cameras.put(written[place]) }
        await adopt(written[place], unit)
    }

    private func remove(_ camera: String, _ file: ConfigurationFile) async throws {
        let content = try file.read()
        if let place = content.cameras.firstIndex(where: { $0.id == camera }) {
            var tables = content.tables
            tables.remove(at: place)
            _ = try file.write(cameras: tables, over: content) { _ in }
        }
        verdicts[camera] = nil
        await cameras.remove(camera)
    }

    /// Opens a sealed address. No message repeats it.
    private func address(_ box: String, _ change: CameraChange) throws -> String {
        guard let keys = keys(), let sealed = Base64URL.decode(box) else {
            throw RemoteSettingsError("the address is not sealed as it should be")
        }
        let context = SignedDomain.source(node: node, camera: change.camera, number: change.number)
        let text = String(decoding: try SealedBox.open(sealed, with: keys.sealing, context: context), as: UTF8.self)
        // Never a path: a hub must not be able to have a file of this machine opened.
        guard try MediaSource(text).isLive else { throw RemoteSettingsError("an address is rtsp://, rtsps://, http:// or https://") }
        return text
    }

    // MARK: - Parts

    private func open(_ payload: [UInt8], _ domain: String) throws -> [UInt8] {
        try open(try NodeJSON.decode(SignedMessage.self, from: payload), domain)
    }

    private func open(_ message: SignedMessage, _ domain: String) throws -> [UInt8] {
        guard let keys = keys() else { throw RemoteSettingsError("this node has not joined, and knows no hub by its key") }
        return try message.open(domain: domain, with: keys.verifying)
    }

    private func count(_ outcome: String) { metrics.add("vigilar_settings_total", labels: [("outcome", outcome)]) }
}
