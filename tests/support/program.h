#ifndef TESTS_SUPPORT_PROGRAM_H_
#define TESTS_SUPPORT_PROGRAM_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace evidenced {

// Ends the test program: what it needs cannot be set up.
[[noreturn]] void FailSetUp(const std::string& what);

// Runs a program that is looked for in PATH, without a shell and with its
// standard streams at /dev/null. Ends the test program if it cannot be started.
pid_t StartProgram(std::vector<std::string> command);

// The same, and waits: what it wrote to its standard output. Ends the test
// program if it does not exit with 0.
std::string OutputOf(std::vector<std::string> command);

}  // namespace evidenced

#endif  // TESTS_SUPPORT_PROGRAM_H_
