private import Foundation

/// A model as it lies in its files, read into memory: what was checked is what is loaded, whatever becomes of the files meanwhile.
package struct ModelBytes: Sendable, Hashable {
    /// Bytes of the largest file that is read.
    package static let limit = 256 << 20

    /// ONNX, TensorFlow Lite, or the XML of OpenVINO's own format.
    package var network: [UInt8]
    /// The second file of OpenVINO's own format; nil for the others, which are one file.
    package var weights: [UInt8]?

    package init(network: [UInt8], weights: [UInt8]? = nil) {
        self.network = network
        self.weights = weights
    }

    /// Reads a model's files.
    /// - Throws: `InferenceError` with code `unreadableFile`.
    package init(network: String, weights: String? = nil) throws(InferenceError) {
        self.network = try Self.read(network)
        self.weights = if let weights { try Self.read(weights) } else { nil }
    }

    /// Reads one file of a model.
    /// - Throws: `InferenceError` with code `unreadableFile`.
    package static func read(_ path: String) throws(InferenceError) -> [UInt8] {
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            // One byte more than is allowed tells a file that is too large, also one that has no length, like a device.
            let data = try file.read(upToCount: limit + 1) ?? Data()
            guard data.count <= limit else {
                throw InferenceError(.unreadableFile, "\(path) is larger than the \(limit >> 20) MiB that a model may have")
            }
            return Array(data)
        } catch let error as InferenceError { throw error } catch {
            throw InferenceError(.unreadableFile, "the model \(path) cannot be read: check that it is there and readable")
        }
    }
}
