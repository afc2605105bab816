/// Tells an upload that the hub takes from one that it has left lying.
enum UploadStall {
    /// Returns when a figure has not changed for so long, or the task is cancelled.
    /// - Parameters:
    ///   - seconds: From one look to the next.
    ///   - progress: Grows with every piece that the hub takes.
    static func wait(_ seconds: Double, progress: @Sendable () async -> Int64) async {
        var last: Int64 = -1
        while !Task.isCancelled {
            let now = await progress()
            if now == last { return }
            last = now
            try? await Task.sleep(for: .seconds(seconds))
        }
    }
}
