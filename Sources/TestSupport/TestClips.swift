import Foundation
import Synchronization

/// Small clips that the tests make for themselves with the ffmpeg program: a box moves over still noise. Each is made once a process.
package final class TestClips: Sendable {
    /// What to make.
    package struct Recipe: Hashable, Sendable {
        /// `libx264`, `libx265`, `mjpeg`.
        package var encoder = "libx264"
        package var width = 320
        package var height = 240
        package var rate = 15
        package var seconds = 4
        /// Frames between keyframes.
        package var group = 15
        package var bFrames = 0
        /// The container, by its file name's ending.
        package var container = "mp4"
        /// Seconds in which the box is in the picture; nil for none.
        package var box: ClosedRange<Double>? = 1...3
        package var boxColour = "white"
        /// Pixels a second.
        package var boxSpeed = 80
        /// A beep of a tenth of a second at each full second; nil for no sound.
        package var sound: Sound?
        /// Other arguments of the encoder.
        package var extra: [String] = []

        package init() {}
    }

    /// ffmpeg's names of codecs, with what goes with each.
    package enum Sound: String, Hashable, Sendable {
        case aac
        case muLaw = "pcm_mulaw"
        case aLaw = "pcm_alaw"
        case mp2

        /// Samples a second.
        package var rate: Int {
            switch self {
            case .aac: 16_000
            case .muLaw, .aLaw: 8_000
            case .mp2: 48_000
            }
        }
    }

    /// The clips of this process.
    package static let shared = TestClips()

    private let folder: Result<TemporaryDirectory, any Error>
    /// Removed by `removeClips`, since what is shared lives as long as the process.
    fileprivate static let removeAtExit = atexit(removeClips)
    private let made = Mutex<[Recipe: String]>([:])

    private init() {
        folder = Result { try TemporaryDirectory("clips") }
        _ = Self.removeAtExit
    }

    fileprivate func removeAll() {
        if case .success(let folder) = folder { try? FileManager.default.removeItem(atPath: folder.path) }
    }

    /// The path of a clip; made on the first call.
    package func clip(_ recipe: Recipe = Recipe()) throws -> String {
        let folder = try folder.get()
        return try made.withLock { made in
            if let path = made[recipe] { return path }
            let path = folder.path("clip\(made.count).\(recipe.container)")
            try Self.run(Self.arguments(for: recipe) + [path])
            made[recipe] = path
            return path
        }
    }

    /// Calls ffmpeg and waits for it.
    package static func run(_ arguments: [String]) throws {
        let (status, _, errors) = try MediaTool.call("ffmpeg", ["-nostdin", "-y"] + arguments)
        guard status == 0 else { throw ChildProcess.Failure(description: "ffmpeg failed: \(errors)") }
    }

    private static func arguments(for recipe: Recipe) -> [String] {
        // Still noise: a random picture that every frame repeats, so that only the box moves.
        let size = "\(recipe.width)x\(recipe.height)"
        var filter =
            "nullsrc=s=\(size):r=\(recipe.rate):d=\(recipe.seconds),format=gray,geq=lum='90+30*sin(X/7)*cos(Y/5)+mod(X*31+Y*17+X*Y\\,23)'"
        if recipe.width * recipe.height > 640 * 480 {
            filter = "color=c=gray:s=\(size):r=\(recipe.rate):d=\(recipe.seconds)"
        }
        filter += ",format=yuv420p[back]"
        if let box = recipe.box {
            let side = recipe.height / 5
            filter += ";color=c=\(recipe.boxColour):s=\(side)x\(side):r=\(recipe.rate):d=\(recipe.seconds)[box]"
            filter += ";[back][box]overlay=x='\(recipe.boxSpeed)*(t-\(box.lowerBound))':y=\(recipe.height / 3)"
            filter += ":enable='between(t\\,\(box.lowerBound)\\,\(box.upperBound))',format=yuv420p[out]"
        } else {
            filter += ";[back]null[out]"
        }
        var sound: [String] = []
        if let wanted = recipe.sound {
            var beeps = "aevalsrc='0.5*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.1)':s=\(wanted.rate):d=\(recipe.seconds)"
            if wanted == .mp2 { beeps += ",asetnsamples=n=1152" }
            sound = ["-map", "[beeps]", "-c:a", wanted.rawValue, "-ac", "1"]
            filter += ";\(beeps)[beeps]"
        }
        var arguments = ["-filter_complex", filter, "-map", "[out]"] + sound
        arguments += ["-c:v", recipe.encoder, "-g", "\(recipe.group)"]
        switch recipe.encoder {
        case "libx264":
            arguments += ["-preset", "veryfast", "-crf", "23", "-bf", "\(recipe.bFrames)", "-sc_threshold", "0", "-threads", "1"]
        case "libx265":
            arguments += ["-preset", "ultrafast", "-x265-params", "log-level=none:bframes=\(recipe.bFrames):pools=1"]
        default:
            arguments += ["-q:v", "4"]
        }
        return arguments + recipe.extra
    }
}

/// Called by the C library when the process ends.
private func removeClips() { TestClips.shared.removeAll() }
