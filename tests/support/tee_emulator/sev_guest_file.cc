#include "tests/support/tee_emulator/sev_guest_file.h"

#include <linux/sev-guest.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "tests/support/tee_emulator/blob.h"

namespace tee_emulator {
namespace {

constexpr uint64_t kNothingSent = 0xff;
constexpr uint32_t kPage = 4096;

// The memory of another process.
class CallerMemory {
 public:
  explicit CallerMemory(pid_t pid) : pid_(pid) {}

  bool Read(uint64_t address, void* to, size_t size) const {
    const iovec local = {to, size};
    const iovec remote = At(address, size);
    return process_vm_readv(pid_, &local, 1, &remote, 1, 0) ==
           static_cast<ssize_t>(size);
  }
  bool Write(uint64_t address, const void* from, size_t size) const {
    const iovec local = {const_cast<void*>(from), size};
    const iovec remote = At(address, size);
    return process_vm_writev(pid_, &local, 1, &remote, 1, 0) ==
           static_cast<ssize_t>(size);
  }

 private:
  static iovec At(uint64_t address, size_t size) {
    return {std::bit_cast<void*>(address), size};
  }

  pid_t pid_;
};

int Answer(const CallerMemory& memory, const snp_guest_request_ioctl& message,
           const snp_ext_report_req& request, const SnpDevice::Answer& answer) {
  if (!answer.table.empty() &&
      !memory.Write(request.certs_address, answer.table.data(),
                    answer.table.size())) {
    return EFAULT;
  }
  return memory.Write(message.resp_data, answer.response.data(),
                      answer.response.size())
             ? 0
             : EFAULT;
}

// The driver's handler; changes `message` as it does.
int Handle(SnpDevice& device, const Control& control,
           const CallerMemory& memory, unsigned int command,
           snp_guest_request_ioctl& message) {
  message.exitinfo2 = kNothingSent;
  if (message.msg_version == 0) return EINVAL;
  const bool extended = command == SNP_GET_EXT_REPORT;
  if (!extended && command != SNP_GET_REPORT) return ENOTTY;
  if (message.req_data == 0 || message.resp_data == 0) return EINVAL;
  snp_ext_report_req request = {};
  const size_t size = extended ? sizeof(request) : sizeof(request.data);
  if (!memory.Read(message.req_data, &request, size)) return EFAULT;
  uint32_t pages = 0;
  if (request.certs_address != 0 && request.certs_len != 0) {
    if (request.certs_len > control.faults().certs_cap ||
        request.certs_len % kPage != 0) {
      return EINVAL;
    }
    pages = request.certs_len / kPage;
  }
  const SnpDevice::Answer answer =
      device.Ask({.data = Blob(std::begin(request.data.user_data),
                               std::end(request.data.user_data)),
                  .vmpl = request.data.vmpl,
                  .table_pages = pages});
  message.exitinfo2 = answer.exitinfo2;
  if (answer.needed != 0) {
    request.certs_len = answer.needed;
    if (!memory.Write(message.req_data, &request, sizeof(request))) {
      return EFAULT;
    }
  }
  if (answer.error != 0) return answer.error;
  return Answer(memory, message, request, answer);
}

}  // namespace

int SevGuestFile::Ioctl(const IoctlCall& call) {
  const CallerMemory memory(call.caller);
  snp_guest_request_ioctl message = {};
  std::memcpy(&message, call.data, sizeof(message));
  const int error = Handle(device_, control_, memory, call.command, message);
  std::memcpy(call.data, &message, sizeof(message));
  // libfuse drops what comes with an error, so it is written here.
  if (error != 0 && !memory.Write(call.argument, &message, sizeof(message))) {
    return EFAULT;
  }
  return error;
}

}  // namespace tee_emulator
