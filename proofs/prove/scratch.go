package prove

import "os"

// Scratch goes into a new empty directory and tells its name.
func Scratch() string {
	directory, err := os.MkdirTemp("", "proof")
	Must("making a scratch directory", err)
	Must("going there", os.Chdir(directory))
	return directory
}

// Leave removes the scratch directory and ends the proof.
func Leave(directory string) {
	Ok("leaving the scratch directory", os.Chdir("/"))
	Ok("removing the scratch directory", os.RemoveAll(directory))
	_, err := os.Stat(directory)
	That(os.IsNotExist(err), "the scratch directory is gone")
	Done()
}

// Write makes a file with this text.
func Write(name, text string) { Ok("writing "+name, os.WriteFile(name, []byte(text), 0o644)) }

// Holds checks the text of a file.
func Holds(name, text string) {
	data, err := os.ReadFile(name)
	if Ok("reading "+name, err) {
		Equal(name+" holds", string(data), text)
	}
}
