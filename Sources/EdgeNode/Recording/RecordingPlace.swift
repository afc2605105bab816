import Base

/// Where a node's recordings go, shared by all its cameras.
package struct RecordingPlace: Sendable {
    package let library: RecordingLibrary
    /// To whom new segments are sealed; nil where that is not known, so that nothing can be recorded. The text says why.
    package let keys: @Sendable () -> Result<RecordingKeys, RecordingRefusal>
    /// Bytes of free disk below which nothing is recorded, so that events have room.
    package let reserve: Int64
    /// Bytes that are free; nil where it cannot be told.
    package let freeBytes: @Sendable () -> Int64?

    package init(
        library: RecordingLibrary, reserve: Int64, keys: @escaping @Sendable () -> Result<RecordingKeys, RecordingRefusal>,
        freeBytes: (@Sendable () -> Int64?)? = nil
    ) {
        self.library = library
        self.reserve = reserve
        self.keys = keys
        let folder = library.folder
        self.freeBytes = freeBytes ?? { DurableFile.freeBytes(at: folder) }
    }
}

/// Why a node does not record at all; for people.
package struct RecordingRefusal: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
