#include "tests/support/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace evidenced {
namespace {

// `out`: where the standard output goes; -1: /dev/null.
pid_t Start(std::vector<std::string>& command, int out) {
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (std::string& argument : command) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
  }
  if (out != -1) {
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  }
  pid_t pid = -1;
  const int error =
      posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) FailSetUp("cannot run " + command[0]);
  return pid;
}

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  ssize_t size = 0;
  while ((size = read(fd, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<size_t>(size));
  }
  return text;
}

}  // namespace

void FailSetUp(const std::string& what) {
  std::cerr << "test support: " << what << std::endl;
  std::abort();
}

pid_t StartProgram(std::vector<std::string> command) {
  return Start(command, -1);
}

std::string OutputOf(std::vector<std::string> command) {
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) FailSetUp("no pipe");
  const pid_t pid = Start(command, ends[1]);
  close(ends[1]);
  std::string text = ReadAll(ends[0]);
  close(ends[0]);
  int status = 0;
  if (waitpid(pid, &status, 0) != pid || status != 0) {
    FailSetUp(command[0] + " failed");
  }
  return text;
}

}  // namespace evidenced
