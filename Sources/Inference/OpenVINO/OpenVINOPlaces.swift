private import Foundation

/// Where OpenVINO's library is looked for.
package enum OpenVINOPlaces {
    /// Names the library, or the folder that it lies in. Nothing else is tried then.
    package static let variable = "VIGILAR_OPENVINO"

    /// The folders of Intel's packages and of distributions'.
    package static let systemFolders = [
        "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/local/lib", "/usr/lib64", "/usr/lib",
        "/opt/intel/openvino/runtime/lib/intel64", "/opt/intel/openvino/runtime/lib/aarch64",
    ]

    /// The folders to look into, in order.
    /// - Parameters:
    ///   - named: The library or its folder, as somebody named it; empty is as good as nil.
    ///   - program: The running program's path.
    package static func folders(named: String?, program: String, system: [String] = systemFolders) -> [String] {
        if let named, !named.isEmpty { return [named] }
        return toolsFolder(program).map { [$0] + system } ?? system
    }

    /// Where `scripts/packages` puts it, beside the build that the program lies in; nil for a program that was installed elsewhere. Only
    /// then: a folder that anybody may write into, as that of a program in /tmp may be, must not bring a library in.
    package static func toolsFolder(_ program: String) -> String? {
        let names = program.split(separator: "/", omittingEmptySubsequences: false)
        guard let build = names.lastIndex(where: { $0 == ".build" || $0.hasPrefix(".build-") }) else { return nil }
        return (names[..<build] + [".build-tools", "openvino"]).joined(separator: "/")
    }

    /// The libraries in a folder, the newest first; the file itself where a file is named.
    package static func libraries(in place: String) -> [String] {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else { return [] }
        guard isFolder.boolValue else { return [place] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return names.filter { $0.hasPrefix("libopenvino_c.so") }
            .sorted { $0.compare($1, options: .numeric) == .orderedDescending }.map { "\(place)/\($0)" }
    }

    /// The running program's path, all links followed.
    package static var program: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    }
}
