# The Debian 12 packages that are used. Nothing is downloaded.
# Protobuf has no CMake configuration in Debian, hence module mode; it comes
# before gRPC, whose configuration wants its targets.
find_package(Threads REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(absl REQUIRED CONFIG)
find_package(gRPC 1.51 REQUIRED CONFIG)
find_package(OpenSSL 3.0 REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(spdlog REQUIRED CONFIG)
find_package(tomlplusplus REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
find_package(nlohmann_json REQUIRED CONFIG)
find_package(PkgConfig REQUIRED)
pkg_check_modules(TSS2 REQUIRED IMPORTED_TARGET tss2-esys tss2-tctildr tss2-mu
                  tss2-rc)
if(EVIDENCED_TESTS)
  find_package(GTest REQUIRED CONFIG)
endif()
