#include "options.h"

namespace faultscope {

namespace {

Napi::TypeError wrong(Napi::Env env, const char* what) { return Napi::TypeError::New(env, what); }

uint32_t hooks_of(const Napi::Value& value) {
  std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  if (name == "auto") return FS_HOOKS_AUTO;
  if (name == "syscall") return FS_HOOKS_SYSCALL;
  if (name == "raw") return FS_HOOKS_RAW;
  throw wrong(value.Env(), "hooks must be auto, syscall or raw.");
}

}  // namespace

Options read_options(const Napi::Value& value) {
  Napi::Env env = value.Env();
  if (!value.IsObject()) throw wrong(env, "attach expects options.");
  auto object = value.As<Napi::Object>();
  Napi::Value probe = object.Get("probe"), pids = object.Get("pids"), ring = object.Get("ringBytes");
  if (!probe.IsArray() || probe.As<Napi::Array>().Length() == 0) throw wrong(env, "probe must be a command.");
  if (!pids.IsArray() || !ring.IsNumber()) throw wrong(env, "pids and ringBytes are required.");
  Options options;
  auto command = probe.As<Napi::Array>();
  for (uint32_t i = 0; i < command.Length(); i++)
    options.command.push_back(command.Get(i).ToString().Utf8Value());
  auto list = pids.As<Napi::Array>();
  if (list.Length() > FS_MAX_TARGETS) throw wrong(env, "At most 256 processes can be recorded at once.");
  fs_request& request = options.request;
  request.magic = FS_MAGIC;
  request.version = FS_EVENTS_VERSION;
  request.ring_bytes = ring.As<Napi::Number>().Uint32Value();
  request.hooks = hooks_of(object.Get("hooks"));
  if (object.Get("requireUserfaultfd").ToBoolean()) request.flags |= FS_REQUIRE_UFFD;
  request.pid_count = list.Length();
  for (uint32_t i = 0; i < list.Length(); i++) request.pids[i] = list.Get(i).ToNumber().Uint32Value();
  return options;
}

PreloadOptions read_preload_options(const Napi::Value& value) {
  Napi::Env env = value.Env();
  if (!value.IsObject()) throw wrong(env, "preload expects options.");
  auto object = value.As<Napi::Object>();
  Napi::Value pid = object.Get("pid"), library = object.Get("library"), ring = object.Get("ringBytes");
  if (!pid.IsNumber() || !library.IsString() || !ring.IsNumber())
    throw wrong(env, "pid, library and ringBytes are required.");
  PreloadOptions options;
  options.pid = pid.As<Napi::Number>().Uint32Value();
  options.library = library.As<Napi::String>().Utf8Value();
  options.ring_bytes = ring.As<Napi::Number>().Uint32Value();
  bool power = (options.ring_bytes & (options.ring_bytes - 1)) == 0;
  if (options.ring_bytes < 65536 || options.ring_bytes > 1u << 30 || !power)
    throw Napi::RangeError::New(env, "ringBytes must be a power of two from 64 KiB to 1 GiB.");
  return options;
}

}  // namespace faultscope
