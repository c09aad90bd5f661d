/* Entry of addon.node: attach(), the clock and the page size. */
#include <napi.h>
#include <time.h>
#include <unistd.h>

#include <memory>

#include "error.h"
#include "options.h"
#include "session.h"

namespace {

Napi::Value attach(const Napi::CallbackInfo& info) {
  faultscope::Options options = faultscope::read_options(info[0]);
  try {
    auto recording = std::make_unique<faultscope::Recording>(options.command, options.request);
    return faultscope::Session::create(info.Env(), std::move(recording));
  } catch (const faultscope::AttachError& error) {
    Napi::Error thrown = Napi::Error::New(info.Env(), error.what());
    thrown.Set("code", error.code);
    thrown.Set("remedy", error.remedy);
    throw thrown;
  }
}

Napi::Value clock_ns(const Napi::CallbackInfo& info) {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return Napi::BigInt::New(info.Env(), static_cast<int64_t>(time.tv_sec) * 1000000000 + time.tv_nsec);
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  faultscope::Session::define(env);
  exports.Set("attach", Napi::Function::New(env, attach, "attach"));
  exports.Set("clockNs", Napi::Function::New(env, clock_ns, "clockNs"));
  exports.Set("pageSize", Napi::Number::New(env, static_cast<double>(sysconf(_SC_PAGESIZE))));
  return exports;
}

}  // namespace

NODE_API_MODULE(faultscope, initialize)
