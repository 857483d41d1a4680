# Sourced by scripts that start a program and have to know what it says first.

# The first line that this sed script prints of a file that something writes.
#   wait_for FILE SCRIPT
wait_for() {
  local line
  for ((i = 0; i < 500; i++)); do
    line=$(sed -n "$2" "$1" | head -n 1)
    [[ -z $line ]] || { echo "$line" && return; }
    sleep 0.02
  done
  return 1
}
