package udptime

import (
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-strftime"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestTold(t *testing.T) {
	// From 14:05:59.95 to 14:06:00.01, on a Monday.
	from := time.Date(2026, time.March, 9, 14, 5, 59, 950_000_000, time.UTC)
	to := time.Date(2026, time.March, 9, 14, 6, 0, 10_000_000, time.UTC)
	for _, c := range []struct {
		format, answer string
		right          bool
	}{
		{"%H:%M:%S", "14:05:59", true},
		{"%H:%M:%S", "14:06:00", true},
		{"%H:%M:%S", "14:05:58", false},
		{"%H:%M:%S", "14:06:01", false},
		{"%H:%M:%S", "", false},

		{"%S.%f", "59.950000", true}, // the first microsecond
		{"%S.%f", "59.949999", false},
		{"%S.%f", "00.000000", true},
		{"%S.%f", "00.010000", true}, // the last
		{"%S.%f", "00.010001", false},
		{"%S.%f", "59.005000", false}, // a fraction of the other second
		{"%S.%f", "00.960000", false},
		{"%S.%f", "58.960000", false}, // a second old

		{"%f", "000042", true}, // of a fraction alone, nobody can say how many seconds it is old
		{"%f", "500000", false},
		{"%f", "42", false},
		{"%f", "  4213", false},
		{"%f", "+00042", false},
		{"%f", "0000420", false},
		{"%f", "960", false}, // milliseconds
		{"%f", "960000000", false},
		{"%f", "%f", false}, // as Python's time.strftime copies it
		{"%f", "", false},

		{"%f %f", "960000 960000", true},
		{"%f %f", "960000 960001", false}, // two looks at the clock
		{"%f%f", "960000960000", true},
		{"%S%f", "59960000", true},
		{"%S%f", "00960000", false},
		{"%f%S", "96000059", true},
		{"%f%S", "00500000", true},
		{"%f%S", "96000000", false},
		{"12%f34", "1296000034", true},
		{"12%f34", "1296000035", false},

		{"%%f", "%f", true},
		{"%%f", "%960000", false},
		{"%%f", "960000", false},
		{"%%%f", "%960000", true},
		{"%%%f", "%%f", false},
		{"%%%%f %f", "%%f 960000", true},
		{"%%f %f %%f", "%f 960000 %f", true},
		{"%%f %f", "960000 960000", false},

		{"%A, %f", "Monday, 960000", true},
		{"%A, %f", "Mon, 960000", false},
		{"%B %f", "March 960000", true},
		{"年%f月", "年960000月", true},
		{"年%f月", "年96000月", false},
		{"no directive", "no directive", true},
		{"no directive", "no directives", false},
	} {
		want, right := told(c.answer, c.format, from, to)
		assert.Equal(t, c.right, right, "%q for the format %q", c.answer, c.format)
		assert.Equal(t, right, want == c.answer, "%q for the format %q; want %q", c.answer, c.format, want)
	}
}

func TestToldInItsZone(t *testing.T) {
	zone := time.FixedZone("five and a half hours east", 5*3600+1800)
	at := time.Date(2026, time.March, 9, 20, 0, 0, 0, time.UTC).In(zone)
	_, right := told("10 01:30:00.000000", "%d %H:%M:%S.%f", at, at)
	assert.True(t, right)
	_, right = told("09 20:00:00.000000", "%d %H:%M:%S.%f", at, at)
	assert.False(t, right)
}

// What is wrong in an answer is not its fraction, if that is of a moment in the
// interval.
func TestToldWantsTheSameFraction(t *testing.T) {
	from := time.Date(2026, time.March, 9, 14, 5, 59, 950_000_000, time.UTC)
	to := from.Add(20 * time.Millisecond)
	want, _ := told("59.965432 on a Mon", "%S.%f on a %A", from, to)
	assert.Equal(t, "59.965432 on a Monday", want)
	want, _ = told("58.987654 on a Monday", "%S.%f on a %A", from, to)
	assert.Equal(t, "59.960000 on a Monday", want, "the interval's middle")
}

// formats draws formats of pieces that mean the same wherever they stand.
func formats() *rapid.Generator[string] {
	pieces := []string{"%f", "%f", "%f", "%%", "f", "%%f", "S", "042137", " ", "年"}
	for _, letter := range directives {
		pieces = append(pieces, "%"+string(letter))
	}
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 8), func(p []string) string { return strings.Join(p, "") })
}

// around draws a moment that is up to so far away from a turn of the second,
// of the minute or of the year.
func around(t *rapid.T, name string, far time.Duration) time.Time {
	zone := rapid.SampledFrom([]*time.Location{time.UTC, time.FixedZone("", 5*3600+1800)}).Draw(t, "zone")
	turn := rapid.SampledFrom([]time.Time{
		time.Date(2026, time.March, 9, 14, 5, 59, 0, zone),
		time.Date(2026, time.March, 9, 14, 6, 0, 0, zone),
		time.Date(2027, time.January, 1, 0, 0, 0, 0, zone),
	}).Draw(t, "turn")
	return turn.Add(durations(far).Draw(t, name))
}

// durations draws from -far to far.
func durations(far time.Duration) *rapid.Generator[time.Duration] {
	return rapid.Map(rapid.Int64Range(int64(-far), int64(far)), func(n int64) time.Duration { return time.Duration(n) })
}

// In an interval so short that every microsecond can be tried, told accepts
// just what strftime gives at one of them.
func TestToldAcceptsWhatStrftimeGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		format := formats().Draw(t, "format")
		from := around(t, "from", 150*time.Microsecond)
		length := rapid.Int64Range(0, 200_000).Draw(t, "length")
		to := from.Add(time.Duration(length))

		texts := map[string]bool{strftime.Format(format, to): true}
		for at := from; at.Before(to); at = at.Add(time.Microsecond) {
			texts[strftime.Format(format, at)] = true
		}
		inside := from.Add(time.Duration(rapid.Int64Range(0, length).Draw(t, "inside")))
		_, right := told(strftime.Format(format, inside), format, from, to)
		require.True(t, right, "the answer of %v", inside)

		other := inside.Add(rapid.OneOf(durations(300*time.Microsecond), durations(2*time.Second)).Draw(t, "off by"))
		answer := strftime.Format(format, other)
		want, right := told(answer, format, from, to)
		require.Equal(t, texts[answer], right, "the answer of %v, %q", other, answer)
		require.True(t, texts[want], "%q is of no moment in the interval", want)
	})
}

// Over the seconds that a check may wait for an answer, no moment is taken for
// another if the format tells all of it.
func TestToldRefusesAnotherMoment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		format := "%Y-%m-%d %H:%M:%S.%f " + formats().Draw(t, "format")
		from := around(t, "from", 3*time.Second)
		to := from.Add(time.Duration(rapid.Int64Range(0, int64(12*time.Second)).Draw(t, "length")))
		at := from.Add(durations(20*time.Second).Draw(t, "moment"))

		inside := !at.Before(from.Truncate(time.Microsecond)) && !at.Truncate(time.Microsecond).After(to)
		want, right := told(strftime.Format(format, at), format, from, to)
		require.Equal(t, inside, right, "the answer of %v; want %q", at, want)
	})
}

func TestZonesAreAtTheHourOrInSummer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.Int64Range(1_700_000_000, 2_000_000_000).Draw(t, "now"), 0)
		hour := rapid.IntRange(0, 23).Draw(t, "hour")
		zone, err := time.LoadLocation(zoneAt(hour, now))
		require.NoError(t, err)
		assert.Equal(t, hour, now.In(zone).Hour())
	})
	for month := range 12 {
		now := time.Date(2026, time.Month(month+1), 15, 12, 0, 0, 0, time.UTC)
		zone, err := time.LoadLocation(summerNow(now))
		require.NoError(t, err)
		assert.True(t, now.In(zone).IsDST(), "%v in %v", now, zone)
	}
}
