#ifndef EVIDENCE_LOG_DESCRIBE_LOADER_H_
#define EVIDENCE_LOG_DESCRIBE_LOADER_H_

#include <string>

#include "evidence/log/event_log.h"
#include "quote/base/bytes.h"

namespace evidenced {

// What boot loaders, the kernel's EFI stub and a cloud's firmware measure, in
// words. All printable ASCII.

// Text without its last zeros, or UTF-16 if every second byte is zero.
std::string AsciiText(ByteView data);
std::string EventText(ByteView data);

// "sha256 5a3f...", whole: the event's digest of that bank, or of its first.
std::string MeasuredDigest(const LogEvent& event);

// EV_IPL: GRUB's commands and files, shim's lists, the sections of a unified
// kernel image.
std::string DescribeIpl(const EventLog& log, const LogEvent& event);

// EV_EVENT_TAG: what Linux's EFI stub and systemd measure.
std::string DescribeTagged(const LogEvent& event);

// EV_NONHOST_INFO: the confidential technology, on Google's platform.
std::string DescribeNonhost(ByteView data);

// Whether the event measures the name of a section, as systemd-stub does: its
// digests are of the name as ASCII with a zero, its data is the name as UTF-16.
bool IsMeasuredSectionName(const EventLog& log, const LogEvent& event);

// Whether its digests are of the text behind GRUB's label ("grub_cmd: ").
bool IsMeasuredLoaderText(const EventLog& log, const LogEvent& event);

}  // namespace evidenced

#endif  // EVIDENCE_LOG_DESCRIBE_LOADER_H_
