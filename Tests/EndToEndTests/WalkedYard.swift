import TestSupport

/// A camera of 640 by 360 pixels before which something walks past, again and again.
enum WalkedYard {
    /// - Parameters:
    ///   - paths: The same clip, as so many cameras.
    ///   - walk: When it walks within the eight seconds of the clip.
    static func server(_ paths: [String] = ["yard"], walk: ClosedRange<Double> = 2...4) async throws -> RTSPServer {
        var recipe = TestClips.Recipe()
        recipe.width = 640
        recipe.height = 360
        recipe.seconds = 8
        recipe.box = walk
        recipe.boxSpeed = 120
        let clip = try TestClips.shared.clip(recipe)
        return try await RTSPServer(paths.map { RTSPServer.Mount(path: $0, file: clip) })
    }
}
