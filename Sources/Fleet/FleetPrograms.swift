import Foundation

/// Where the built programs lie.
package struct FleetPrograms: Sendable {
    package let hub: String
    package let fleet: String

    package init(hub: String, fleet: String) {
        self.hub = hub
        self.fleet = fleet
    }

    /// The programs beside the running one, be it `vigilar-fleet` itself or a test bundle.
    package static func besideThisProcess() throws -> FleetPrograms {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = (own as NSString).deletingLastPathComponent
        let found = FleetPrograms(hub: "\(folder)/vigilar-hub", fleet: "\(folder)/vigilar-fleet")
        for path in [found.hub, found.fleet] where !FileManager.default.isExecutableFile(atPath: path) {
            throw FleetError("\(path) is missing: build the package first")
        }
        return found
    }
}
