private import Foundation

/// How good a face is to recognise somebody by.
package struct FaceQuality: Sendable, Hashable {
    /// What a face must be.
    package struct Gate: Sendable, Hashable {
        /// Pixels between the eyes, at least.
        package var eyeDistance = 20.0
        /// How far the nose may lie from between the eyes, in distances of the eyes: a face that is turned by some 45°.
        package var turn = 0.45
        /// How far the eyes may be from level, in radians.
        package var tilt = 0.6
        /// Least variance of the Laplacian of the aligned face: below it is blurred.
        package var sharpness = 40.0

        package init() {}
    }

    /// Pixels of the picture between the eyes.
    package var eyeDistance: Double
    /// How far the nose lies from between the eyes, along the line through them, in distances of the eyes: 0 from the front.
    package var turn: Double
    /// Angle of that line, in radians.
    package var tilt: Double
    /// Variance of the Laplacian of the aligned face's brightness (Pech-Pacheco et al. 2000).
    package var sharpness: Double

    /// - Parameters:
    ///   - aligned: The face as `FaceAligner` made it, planar, of values from 0 to 255.
    ///   - side: Of the aligned face, in pixels.
    /// - Returns: Nil for one without five landmarks.
    package init?(_ face: DetectedFace, pictureWidth: Int, pictureHeight: Int, aligned: [Float], side: Int) {
        guard face.landmarks.count == 5, aligned.count == 3 * side * side else { return nil }
        let points = face.landmarks.map { (x: $0.x * Double(pictureWidth), y: $0.y * Double(pictureHeight)) }
        let (across, down) = (points[1].x - points[0].x, points[1].y - points[0].y)
        eyeDistance = (across * across + down * down).squareRoot()
        guard eyeDistance > 0, eyeDistance.isFinite else { return nil }
        let (noseX, noseY) = (points[2].x - (points[0].x + points[1].x) / 2, points[2].y - (points[0].y + points[1].y) / 2)
        turn = abs(noseX * across + noseY * down) / (eyeDistance * eyeDistance)
        tilt = abs(atan2(down, across))
        sharpness = Self.sharpness(aligned, side: side)
    }

    package func passes(_ gate: Gate) -> Bool {
        eyeDistance >= gate.eyeDistance && turn <= gate.turn && tilt <= gate.tilt && sharpness >= gate.sharpness
    }

    private static func sharpness(_ aligned: [Float], side: Int) -> Double {
        let count = side * side
        func light(_ x: Int, _ y: Int) -> Float {
            let place = y * side + x
            return (aligned[place] + aligned[count + place] + aligned[2 * count + place]) / 3
        }
        var (sum, squares) = (0.0, 0.0)
        for y in 1..<(side - 1) {
            for x in 1..<(side - 1) {
                let laplacian = Double(light(x - 1, y) + light(x + 1, y) + light(x, y - 1) + light(x, y + 1) - 4 * light(x, y))
                sum += laplacian
                squares += laplacian * laplacian
            }
        }
        let inside = Double((side - 2) * (side - 2))
        return squares / inside - (sum / inside) * (sum / inside)
    }
}
