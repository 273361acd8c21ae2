#ifndef TESTS_BENCH_MEASURE_H_
#define TESTS_BENCH_MEASURE_H_

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace evidenced {

// What fails is no measurement.
inline void Require(bool holds, absl::string_view what) {
  if (holds) return;
  std::cerr << "bench: " << what << " failed\n";
  std::exit(1);
}

// Of the processor, not of the clock on the wall: what is asked is how much one
// core does, and other programs must not count.
inline absl::Duration TimeOf(const std::function<void()>& body) {
  const auto now = [] {
    timespec time = {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return absl::DurationFromTimespec(time);
  };
  const absl::Duration start = now();
  body();
  return now() - start;
}

// `values` has at least one.
inline double Median(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace evidenced

#endif  // TESTS_BENCH_MEASURE_H_
