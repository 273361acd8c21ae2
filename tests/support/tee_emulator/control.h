#ifndef TESTS_SUPPORT_TEE_EMULATOR_CONTROL_H_
#define TESTS_SUPPORT_TEE_EMULATOR_CONTROL_H_

#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace tee_emulator {

// What is wrong with the next answers. README.md says what each does.
struct Faults {
  uint64_t delay_ms = 0;
  uint64_t hold = 0;       // requests wait as long as it is not 0
  uint64_t error = 0;      // errno
  uint64_t exitinfo2 = 0;  // that comes with `error` and with `lose_key`
  uint64_t throttle_every = 0;
  uint64_t throttle_ms = 2000;
  uint64_t lose_key = 0;
  uint64_t no_provider = 0;
  uint64_t provider_leaves = 0;   // when an outblob is read next
  uint64_t orphan_error = ENXIO;  // errno of an outblob without a provider
  uint64_t rmdir_error = 0;       // errno
  uint64_t floor = 0;
  uint64_t status = 0;         // of the firmware's answer
  uint64_t certs_cap = 16384;  // the largest buffer that the driver takes
  uint64_t table_size = 0;     // the table is padded to this many bytes
  uint64_t outblob_size = 0;   // likewise, whatever the provider gave
  uint64_t auxblob_size = 0;
  uint64_t policy = 0x30000;         // the guest policy in an SNP report
  uint64_t attributes = 0x10000000;  // of the TD: SEPT_VE_DISABLE
  uint64_t tdreport_error = 0;       // errno of TDX_CMD_GET_REPORT0
  uint64_t second_writes = 0;  // how many requests another writer disturbs
  std::string report = "good";
  std::string table = "good";
  std::string second_writer = "none";
  std::string provider = "good";
  std::string ccel = "good";
};

// The faults, and how often the device was asked. Safe for many threads.
class Control {
 public:
  // Something that a line "NAME=VALUE" does at once; 0 or an errno. To be
  // given before anybody writes.
  using Command = std::function<int(const std::string& value)>;
  void AddCommand(const std::string& name, Command command) {
    commands_[name] = std::move(command);
  }

  // Lines of "key=value". 0 or EINVAL: a line makes no sense, and nothing
  // changes; or what the first command says that does not succeed.
  int Apply(const std::string& text);
  // All of it, in the same form, and the counters.
  std::string Text(size_t entries) const;

  Faults faults() const;
  // A request begins, and takes as long as it is told to. The errno that it
  // ends with before the device itself is asked; 0: none.
  int Disturb(const Faults& faults);
  // Whether another writer disturbs this request at the moment `when`; counts
  // down.
  bool TakeSecondWrite(const std::string& when);
  // The driver goes away, if it was to.
  void LeaveIfDue();
  // The driver lost its key, which stays so.
  bool key_lost() const;

 private:
  void LoseKey();

  std::map<std::string, Command> commands_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Faults faults_;
  uint64_t requests_ = 0;
  bool key_lost_ = false;
};

}  // namespace tee_emulator

#endif  // TESTS_SUPPORT_TEE_EMULATOR_CONTROL_H_
