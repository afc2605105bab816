import Foundation
import Inference
import TestSupport
import Testing

@Suite struct OpenVINOLibraryTests {
    @Test("The library that scripts/packages fetches is found beside the build, and tells its version")
    func found() throws {
        let library = try OpenVINOLibrary.find(named: nil)
        #expect(library.version.hasPrefix("20"))
        #expect(library.path.contains("libopenvino_c.so"))
    }

    @Test("The folder that somebody names is the only one")
    func named() throws {
        let tools = try #require(OpenVINOPlaces.toolsFolder(OpenVINOPlaces.program))
        #expect(try OpenVINOLibrary.find(named: tools).path.hasPrefix(tools))
        let empty = try TemporaryDirectory("empty")
        let error = #expect(throws: InferenceError.self) { try OpenVINOLibrary.find(named: empty.path) }
        #expect(error?.code == .noRuntime)
        #expect(error?.description.contains(empty.path) == true && error?.description.contains("/usr/lib") == false)
    }

    @Test("Without one, it is said what is missing, where it was looked for, and how to get it")
    func missing() throws {
        let places = ["/nowhere/a", "/nowhere/b"]
        let error = #expect(throws: InferenceError.self) { try OpenVINOLibrary.find(named: nil, places: places) }
        #expect(error?.code == .noRuntime)
        for word in places + ["scripts/packages", "VIGILAR_OPENVINO", "libopenvino_c.so"] {
            #expect(error?.description.contains(word) == true, "\(word)")
        }
    }

    @Test("A file that is no library, and a library that is another, are refused by name")
    func unusable() throws {
        let folder = try TemporaryDirectory("library")
        let junk = folder.path("libopenvino_c.so.9")
        try Data("no library".utf8).write(to: URL(filePath: junk))
        let error = #expect(throws: InferenceError.self) { try OpenVINOLibrary.find(named: folder.path) }
        #expect(error?.code == .unusableRuntime && error?.description.contains(junk) == true)
        let other = #expect(throws: InferenceError.self) { try OpenVINOLibrary(opening: "libm.so.6") }
        #expect(other?.code == .unusableRuntime)
        #expect(other?.cause == "libm.so.6 has no function ov_get_openvino_version")
    }

    @Test("An unusable one does not hide a usable one in a later place")
    func later() throws {
        let folder = try TemporaryDirectory("library")
        try Data("no library".utf8).write(to: URL(filePath: folder.path("libopenvino_c.so")))
        let tools = try #require(OpenVINOPlaces.toolsFolder(OpenVINOPlaces.program))
        #expect(try OpenVINOLibrary.find(named: nil, places: [folder.path, tools]).path.hasPrefix(tools))
    }

    @Test(
        "The tools' folder is taken for programs inside a build only",
        arguments: [
            ("/home/a/vigilar/.build/debug/vigilar-edge", "/home/a/vigilar/.build-tools/openvino"),
            ("/home/a/vigilar/.build-asan/x/release/vigilar-edge", "/home/a/vigilar/.build-tools/openvino"),
            ("/usr/bin/vigilar-edge", nil), ("/tmp/vigilar-edge", nil), ("", nil),
        ] as [(String, String?)])
    func tools(program: String, folder: String?) {
        #expect(OpenVINOPlaces.toolsFolder(program) == folder)
        let folders = OpenVINOPlaces.folders(named: nil, program: program, system: ["/usr/lib"])
        #expect(folders == [folder, "/usr/lib"].compactMap { $0 })
        #expect(OpenVINOPlaces.folders(named: "/a", program: program) == ["/a"])
    }

    @Test("Of several versions in a folder the newest comes first")
    func versions() throws {
        let folder = try TemporaryDirectory("library")
        for name in ["libopenvino_c.so.2490", "libopenvino_c.so.20100", "libopenvino.so.9", "other"] {
            try Data().write(to: URL(filePath: folder.path(name)))
        }
        #expect(
            OpenVINOPlaces.libraries(in: folder.path) == [folder.path("libopenvino_c.so.20100"), folder.path("libopenvino_c.so.2490")])
    }
}
