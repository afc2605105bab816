private import Foundation
import Media
package import Sight
import Vision

/// `vigilar-edge detect`: what the node's models see in single pictures, each looked at as a whole and once.
package struct DetectCommand: Sendable {
    /// Score from which YuNet's publication counts faces (Wu, Peng and Yu 2023).
    private static let faceScore = 0.6

    package var detector: ObjectDetector
    /// Nil where faces are not wanted.
    package var faces: FaceReader?
    /// Takes each picture as one animal, whatever the detector says; nil where that is not wanted.
    package var animals: AnimalReader?
    package var minimumScore: Double
    /// Whether what a face or an animal can be known by is written, too.
    package var embeddings: Bool
    /// A JSON object a picture instead of text.
    package var json: Bool

    /// - Parameter minimumScore: Of the detector: faces count from it on only where it is above their own.
    package init(
        detector: ObjectDetector, faces: FaceReader? = nil, animals: AnimalReader? = nil, minimumScore: Double, embeddings: Bool = false,
        json: Bool = false
    ) {
        self.detector = detector
        self.faces = faces
        self.animals = animals
        self.minimumScore = minimumScore
        self.embeddings = embeddings
        self.json = json
    }

    /// Looks at one picture after the other, at the rest also where one cannot be looked at. Reading blocks the thread that it is on.
    /// - Parameters:
    ///   - write: Gets each line, without its end.
    ///   - complain: Gets why a picture cannot be looked at, where the lines do not say it.
    /// - Returns: Whether all could be looked at.
    package func run(_ pictures: [String], write: (String) -> Void, complain: (String) -> Void) async -> Bool {
        var isWhole = true
        for path in pictures {
            do {
                DetectReport.lines(of: try await look(at: path), path: path, json: json, embeddings: embeddings).forEach(write)
            } catch {
                isWhole = false
                if json { write(DetectReport.line(of: error, path: path)) } else { complain("\(path): \(error)") }
            }
        }
        return isWhole
    }

    private func look(at path: String) async throws -> PictureSight {
        let picture = try SinglePicture(Self.read(path))
        let (objects, cost) = try await detector.detect(in: picture)
        var sight = PictureSight(width: picture.width, height: picture.height, objects: objects, cost: cost)
        if let faces {
            let read = try await faces.faces(in: picture, minimumScore: max(Self.faceScore, minimumScore))
            (sight.faces, sight.faceCost) = (read.faces, read.cost)
        }
        if let animals {
            let read = try await animals.embedding(in: picture)
            sight.animals = [read.embedding].compactMap { $0 }
            sight.animalCost = read.cost
        }
        return sight
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let bytes: [UInt8]
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            bytes = Array(try handle.read(upToCount: SinglePicture.byteLimit + 1) ?? Data())
        } catch {
            throw MediaError(.notFound, "the file cannot be read: check that it is one, is there and may be read")
        }
        guard bytes.count <= SinglePicture.byteLimit else {
            throw PreprocessingError("the file is longer than \(SinglePicture.byteLimit) bytes, and is not read")
        }
        return bytes
    }
}
